/*---
description: Which visitor logged in with which address, every login once.
time: occurred_at
checks:
  - not-null: [login_id, occurred_at, email_sha256]
  - unique: [login_id]
  - regex: {email_sha256: "[0-9a-f]{64}"}
---*/
select
  raw.event_id as login_id,
  coalesce(
    try_cast(raw.occurred_at as timestamp),
    timestamp '1970-01-01 00:00:00'
      + cast(floor(try_cast(raw.occurred_at as bigint) / 86400000) as int) * interval '1' day
      + cast(try_cast(raw.occurred_at as bigint) % 86400000 as int) * interval '0.001' second
  ) as occurred_at,
  lower(raw.email_sha256) as email_sha256,
  coalesce(raw.cookie_id, nullif(raw.ad_id, '00000000-0000-0000-0000-000000000000')) as visitor_id,
  raw.site_id
from logins as raw
where raw.email_sha256 is not null
qualify row_number() over (partition by raw.event_id order by raw._file, raw._line) = 1

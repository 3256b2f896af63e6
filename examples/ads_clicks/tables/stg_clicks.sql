/*---
description: Every logged click once, typed, with bots marked.
time: occurred_at
checks:
  - not-null: [click_id, occurred_at, impression_id]
  - unique: [click_id]
---*/
select
  raw.event_id as click_id,
  coalesce(
    try_cast(raw.occurred_at as timestamp),
    timestamp '1970-01-01 00:00:00'
      + cast(floor(try_cast(raw.occurred_at as bigint) / 86400000) as int) * interval '1' day
      + cast(try_cast(raw.occurred_at as bigint) % 86400000 as int) * interval '0.001' second
  ) as occurred_at,
  raw.impression_id,
  coalesce(raw.cookie_id, nullif(raw.ad_id, '00000000-0000-0000-0000-000000000000')) as visitor_id,
  coalesce(
    lower(raw.user_agent) like '%bot%'
      or lower(raw.user_agent) like '%crawler%'
      or lower(raw.user_agent) like '%spider%'
      or lower(raw.user_agent) like '%headless%',
    false
  ) or datacenters.prefix is not null as is_bot
from clicks as raw
left join datacenters on raw.ip like datacenters.prefix || '%'
qualify row_number() over (partition by raw.event_id order by raw._file, raw._line) = 1

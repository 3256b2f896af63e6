/*---
description: The address with which each visitor logged in last.
checks:
  - not-null: [visitor_id, email_sha256, last_login_at]
  - unique: [visitor_id]
---*/
select
  visitor_id,
  email_sha256,
  occurred_at as last_login_at
from stg_logins
where visitor_id is not null
qualify row_number() over (
  partition by visitor_id
  order by occurred_at desc, email_sha256
) = 1

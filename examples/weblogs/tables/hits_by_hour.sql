/*---
description: Traffic per hour.
materialize: incremental
time: hour
checks:
  - unique: [hour]
  - range: {hits: {min: 1}, visitors: {min: 1}, bytes: {min: 0}}
---*/
select
  date_trunc('hour', hit_at) as hour,
  count(*) as hits,
  count(distinct visitor_id) as visitors,
  count(*) filter (where is_bot) as bot_hits,
  count(*) filter (where status >= 400) as errors,
  cast(coalesce(sum(bytes), 0) as bigint) as bytes
from stg_hits
where hit_at >= $from and hit_at < $to
group by date_trunc('hour', hit_at)

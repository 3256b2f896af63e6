/*---
description: Edits per hour. Only hours of days with new edits are computed again.
materialize: incremental
time: hour
checks:
  - not-null: [hour, edits]
  - unique: [hour]
  - range: {bot_share: {min: 0, max: 1}, edits: {min: 1}}
---*/
select
  date_trunc('hour', edited_at) as hour,
  count(*) as edits,
  count(distinct editor) as editors,
  cast(sum(added) as bigint) as added,
  cast(sum(deleted) as bigint) as deleted,
  cast(count(*) filter (where is_robot) as double) / count(*) as bot_share
from stg_edits
where edited_at >= $from and edited_at < $to
group by date_trunc('hour', edited_at)

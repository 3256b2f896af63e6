/*---
description: Edits per language and project, and how many of them were made by robots.
checks:
  - unique: [channel]
  - range: {bot_share: {min: 0, max: 1}}
  - sql: "select sum(edits) = (select count(*) from stg_edits) from {this}"
    name: every edit belongs to a channel
---*/
select
  channel,
  count(*) as edits,
  count(*) filter (where is_robot) as robot_edits,
  count(*) filter (where is_anonymous) as anonymous_edits,
  count(distinct page) as pages,
  count(distinct editor) as editors,
  cast(sum(delta) as bigint) as delta,
  cast(count(*) filter (where is_robot) as double) / count(*) as bot_share
from stg_edits
group by channel

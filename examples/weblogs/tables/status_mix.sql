/*---
description: How requests ended, for people and for bots.
checks:
  - unique: [status, is_bot]
  - sql: "select sum(hits) = (select count(*) from stg_hits) from {this}"
    name: every request ended in one way
---*/
select
  status,
  is_bot,
  count(*) as hits,
  cast(count(*) as double) / sum(count(*)) over (partition by is_bot) as share
from stg_hits
group by status, is_bot

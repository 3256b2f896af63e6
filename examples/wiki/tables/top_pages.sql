/*---
description: The hundred pages with the most edits.
checks:
  - unique: [rank]
  - unique: [channel, page]
  - row-count: {min: 1, max: 100}
---*/
with pages as (
  select
    channel,
    page,
    count(*) as edits,
    count(distinct editor) as editors,
    cast(sum(delta) as bigint) as delta
  from stg_edits
  group by channel, page
)
select
  cast(row_number() over (order by edits desc, channel, page) as bigint) as rank,
  channel,
  page,
  edits,
  editors,
  delta
from pages
qualify row_number() over (order by edits desc, channel, page) <= 100

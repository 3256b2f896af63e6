/*---
description: The hundred most requested paths.
checks:
  - unique: [rank]
  - unique: [path]
  - row-count: {min: 1, max: 100}
---*/
with paths as (
  select
    path,
    count(*) as hits,
    count(distinct visitor_id) as visitors,
    count(*) filter (where status = 404) as not_found,
    cast(coalesce(sum(bytes), 0) as bigint) as bytes
  from stg_hits
  group by path
)
select
  cast(row_number() over (order by hits desc, path) as bigint) as rank,
  path,
  hits,
  visitors,
  not_found,
  bytes
from paths
qualify row_number() over (order by hits desc, path) <= 100

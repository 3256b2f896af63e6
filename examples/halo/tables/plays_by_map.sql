/*---
description: Matches per map, counting the matches whose details are known; a map without a name keeps its id.
checks:
  - not-null: [map]
  - unique: [map]
  - range: {matches: {min: 1}}
---*/
select
  coalesce(maps.name, maps.map_id) as map,
  count(*) as matches
from matches
join maps on maps.map_id = matches.map_id
where matches.match_id in (select match_id from match_details)
group by coalesce(maps.name, maps.map_id)

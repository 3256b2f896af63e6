/*---
description: How many Killing Spree medals (5 kills without dying) were won on each map.
checks:
  - not-null: [map]
  - unique: [map]
  - range: {medals: {min: 1}}
---*/
select
  coalesce(maps.name, maps.map_id) as map,
  cast(sum(won.medals) as bigint) as medals
from medals_matches_players as won
join medals on medals.medal_id = won.medal_id
join matches on matches.match_id = won.match_id
join maps on maps.map_id = matches.map_id
where medals.name = 'Killing Spree'
group by coalesce(maps.name, maps.map_id)

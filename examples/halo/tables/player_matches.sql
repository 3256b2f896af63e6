/*---
description: >
  One row per player and match, with the day of the match. The export tells no hour: matches of one
  day are in the order of the experience that the player had gathered.
checks:
  - not-null: [player, match_id, played_on, kills, deaths, won]
  - unique: [player, match_id]
---*/
select
  details.player_gamertag as player,
  details.match_id,
  matches.completion_date as played_on,
  -- What is known of a player before the day.
  matches.completion_date - interval '1' second as before,
  details.total_xp,
  details.player_total_kills as kills,
  details.player_total_deaths as deaths,
  details.did_win as won
from match_details as details
join matches on matches.match_id = details.match_id

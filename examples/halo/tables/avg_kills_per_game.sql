/*---
description: Average kills of each player over the games the player took part in.
checks:
  - not-null: [player, avg_kills]
  - unique: [player]
  - range: {avg_kills: {min: 0, max: 200}}
---*/
select
  player_gamertag as player,
  avg(player_total_kills) as avg_kills
from match_details
group by player_gamertag

/*---
description: Matches per playlist, counting the matches whose details are known.
checks:
  - not-null: [playlist_id]
  - unique: [playlist_id]
  - sql: "select sum(matches) = (select count(distinct match_id) from match_details) from {this}"
    name: every match is counted once
---*/
select
  playlist_id,
  count(*) as matches
from matches
where match_id in (select match_id from match_details)
group by playlist_id

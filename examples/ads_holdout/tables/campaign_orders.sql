/*---
description: Each order once for every campaign of its advertiser that its buyer was to see.
time: ordered_at
---*/
select
  seen.person_campaign,
  buyers.order_id,
  buyers.occurred_at as ordered_at
from buyers
join (
  select distinct person_campaign, person_id, advertiser_id from ad_opportunities
) as seen
  on seen.person_id = buyers.person_id and seen.advertiser_id = buyers.advertiser_id
where buyers.realised

/*---
description: Won auctions of people, whether the ad was shown or withheld.
time: won_at
---*/
select
  viewers.actor_id || '/' || viewers.campaign_id as person_campaign,
  viewers.actor_id as person_id,
  viewers.campaign_id,
  campaigns.advertiser_id,
  case when viewers.is_ghost then 'withheld' else 'shown' end as variant,
  auctions.occurred_at as won_at
from viewers
join auctions on auctions.request_id = viewers.request_id
join campaigns on campaigns.campaign_id = viewers.campaign_id
-- Programs buy nothing.
where viewers.actor_id like 'p%'

/*---
description: Ads shown to people, with what is known when one is asked for, and whether it was clicked.
time: asked_at
checks:
  - not-null: [impression_id, asked_at, clicked, creative_id, campaign_id]
  - unique: [impression_id]
---*/
select
  shown.impression_id,
  shown.request_id,
  shown.occurred_at,
  -- Features are asked for a microsecond before, so that the impression does not count itself.
  shown.occurred_at - interval '0.000001' second as asked_at,
  shown.visitor_id,
  shown.device_id,
  shown.device_type,
  shown.creative_id,
  shown.campaign_id,
  shown.placement,
  cast(shown.position as string) as position,
  sites.category = advertisers.vertical as site_fits,
  extract(hour from shown.occurred_at) between 18 and 22 as evening,
  cast(shown.price_cpm * 0.001 as decimal(18, 6)) as spend_usd,
  clicked.impression_id is not null as clicked
from stg_impressions as shown
join campaigns on campaigns.campaign_id = shown.campaign_id
join advertisers on advertisers.advertiser_id = campaigns.advertiser_id
join sites on sites.site_id = shown.site_id
left join stg_clicks as clicked
  on clicked.impression_id = shown.impression_id and not clicked.is_bot
where not shown.is_bot

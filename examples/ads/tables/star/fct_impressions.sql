/*---
description: Ads shown to people.
materialize: incremental
time: occurred_at
lookback: 2d                        # rows arrive up to two days late
checks:
  - not-null: [impression_id, occurred_at, day, campaign_id, creative_id, site_id, device_id]
  - unique: [impression_id]
  - foreign-key:
      campaign_id: dim_campaign.campaign_id
      creative_id: dim_creative.creative_id
      site_id: dim_site.site_id
      device_id: dim_device.device_id
      day: dim_date.day
  - range: {spend_usd: {above: 0}, position: {min: 1, max: 3}}
---*/
select
  impression_id,
  request_id,
  occurred_at,
  cast(occurred_at as date) as day,
  campaign_id,
  creative_id,
  site_id,
  device_id,
  visitor_id,
  country,
  placement,
  position,
  -- A CPM is the price of a thousand.
  cast(price_cpm * 0.001 as decimal(18, 6)) as spend_usd
from stg_impressions
where not is_bot and occurred_at >= $from and occurred_at < $to

/*---
description: Clicks of people on impressions that we know.
materialize: incremental
time: occurred_at
lookback: 2d
checks:
  - not-null: [click_id, occurred_at, day, impression_id, campaign_id]
  - unique: [click_id]
  - unique: [impression_id]
  - foreign-key: {impression_id: fct_impressions.impression_id, day: dim_date.day}
  - range: {seconds_to_click: {min: 0, max: 3600}}
---*/
select
  clicks.click_id,
  clicks.occurred_at,
  cast(clicks.occurred_at as date) as day,
  shown.impression_id,
  shown.campaign_id,
  shown.creative_id,
  shown.site_id,
  shown.device_id,
  clicks.visitor_id,
  dim_campaign.advertiser_id,
  cast(
    60 * extract(minute from clicks.occurred_at - shown.occurred_at)
      + floor(extract(second from clicks.occurred_at - shown.occurred_at)) as int
  ) as seconds_to_click
from stg_clicks as clicks
join fct_impressions as shown
  on shown.impression_id = clicks.impression_id
  -- A click follows its impression within an hour: only a day and an hour of them are read.
  and shown.occurred_at >= $from - interval '1' hour
  and shown.occurred_at < $to
join dim_campaign on dim_campaign.campaign_id = shown.campaign_id
where not clicks.is_bot and clicks.occurred_at >= $from and clicks.occurred_at < $to

/*---
description: The whole flight of every campaign in one row.
checks:
  - unique: [campaign_id]
  - sql: "select sum(impressions) = (select sum(impressions) from daily_kpis) from {this}"
    name: campaigns add up to the days
---*/
with totals as (
  select
    campaign_id,
    campaign,
    advertiser,
    cast(sum(impressions) as bigint) as impressions,
    cast(sum(clicks) as bigint) as clicks,
    cast(sum(conversions) as bigint) as conversions,
    cast(sum(revenue_usd) as decimal(18, 4)) as revenue_usd,
    cast(sum(spend_usd) as decimal(18, 6)) as spend_usd
  from daily_kpis
  group by campaign_id, campaign, advertiser
)
select
  *,
  cast(clicks as double) / nullif(impressions, 0) as ctr,
  cast(conversions as double) / nullif(clicks, 0) as cvr,
  cast(revenue_usd as double) / nullif(cast(spend_usd as double), 0) as roas
from totals

/*---
description: What every campaign delivered and earned on every day, zeros included.
checks:
  - not-null: [day, campaign_id, impressions, clicks, conversions, revenue_usd, spend_usd]
  - unique: [day, campaign_id]
  - range: {ctr: {min: 0, max: 1}, spend_usd: {min: 0}, revenue_usd: {min: 0}}
  - sql: "select sum(impressions) = (select count(*) from fct_impressions) from {this}"
    name: every impression belongs to a day and a campaign
  - sql: "select sum(revenue_usd) = (select sum(revenue_usd) from fct_conversions where campaign_id is not null) from {this}"
    name: every credited dollar belongs to a day and a campaign
---*/
with shown as (
  select day, campaign_id, count(*) as impressions, sum(spend_usd) as spend_usd
  from fct_impressions
  group by day, campaign_id
),
clicked as (
  select day, campaign_id, count(*) as clicks
  from fct_clicks
  group by day, campaign_id
),
converted as (
  select day, campaign_id, count(*) as conversions, sum(revenue_usd) as revenue_usd
  from fct_conversions
  where campaign_id is not null
  group by day, campaign_id
),
kpis as (
  select
    dim_date.day,
    dim_campaign.campaign_id,
    dim_campaign.campaign,
    dim_campaign.advertiser,
    coalesce(shown.impressions, 0) as impressions,
    coalesce(clicked.clicks, 0) as clicks,
    coalesce(converted.conversions, 0) as conversions,
    cast(coalesce(converted.revenue_usd, 0) as decimal(18, 4)) as revenue_usd,
    cast(coalesce(shown.spend_usd, 0) as decimal(18, 6)) as spend_usd
  from dim_date
  cross join dim_campaign
  left join shown
    on shown.day = dim_date.day and shown.campaign_id = dim_campaign.campaign_id
  left join clicked
    on clicked.day = dim_date.day and clicked.campaign_id = dim_campaign.campaign_id
  left join converted
    on converted.day = dim_date.day and converted.campaign_id = dim_campaign.campaign_id
)
select
  *,
  cast(clicks as double) / nullif(impressions, 0) as ctr,
  cast(conversions as double) / nullif(clicks, 0) as cvr,
  cast(revenue_usd as double) / nullif(cast(spend_usd as double), 0) as roas
from kpis

/*---
description: Campaigns with the advertiser they belong to.
checks:
  - not-null: [campaign_id, campaign, advertiser_id, advertiser, vertical]
  - unique: [campaign_id]
---*/
select
  campaigns.campaign_id,
  campaigns.name as campaign,
  campaigns.objective,
  campaigns.start_date,
  campaigns.end_date,
  campaigns.daily_budget_usd,
  campaigns.bid_cpm,
  advertisers.advertiser_id,
  advertisers.name as advertiser,
  advertisers.vertical,
  advertisers.country,
  advertisers.currency
from campaigns
join advertisers on advertisers.advertiser_id = campaigns.advertiser_id

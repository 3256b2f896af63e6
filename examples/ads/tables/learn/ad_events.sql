/*---
description: Impressions and clicks of people in one line of events, which features are made of.
checks:
  - not-null: [event_id, occurred_at, kind, campaign_id, creative_id, device_id]
  - unique: [event_id, kind]
---*/
select
  impression_id as event_id, 'impression' as kind, occurred_at, visitor_id, device_id, creative_id,
  campaign_id, site_id, spend_usd
from fct_impressions
union all
select
  click_id as event_id, 'click' as kind, occurred_at, visitor_id, device_id, creative_id,
  campaign_id, site_id, cast(0 as decimal(18, 6)) as spend_usd
from fct_clicks

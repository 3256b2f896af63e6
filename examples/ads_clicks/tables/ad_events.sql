/*---
description: Impressions and clicks of people in one line of events, which features are made of.
checks:
  - not-null: [event_id, occurred_at, kind, campaign_id, creative_id, device_id]
  - unique: [event_id, kind]
---*/
select
  impression_id as event_id, 'impression' as kind, occurred_at, visitor_id, device_id, creative_id,
  campaign_id, spend_usd
from shown
union all
select
  clicks.click_id as event_id, 'click' as kind, clicks.occurred_at, clicks.visitor_id,
  shown.device_id, shown.creative_id, shown.campaign_id, cast(0 as decimal(18, 6)) as spend_usd
from stg_clicks as clicks
join shown on shown.impression_id = clicks.impression_id
where not clicks.is_bot

/*---
description: >
  Labels: was the impression clicked? What is known is asked for a microsecond before it was shown,
  so that it does not count itself.
checks:
  - not-null: [impression_id, asked_at, clicked]
  - unique: [impression_id]
---*/
select
  shown.impression_id,
  shown.occurred_at,
  shown.occurred_at - interval '0.000001' second as asked_at,
  shown.visitor_id,
  shown.device_id,
  shown.creative_id,
  shown.campaign_id,
  clicked.impression_id is not null as clicked
from fct_impressions as shown
left join fct_clicks as clicked on clicked.impression_id = shown.impression_id

/*---
description: >
  Orders, each credited to the last click of the same visitor on an ad of the same advertiser in the
  seven days before. Orders without such a click have no campaign.
materialize: incremental
time: occurred_at
lookback: 2d
checks:
  - not-null: [order_id, occurred_at, day, advertiser_id, revenue_usd]
  - unique: [order_id]
  - foreign-key: {campaign_id: dim_campaign.campaign_id, click_id: fct_clicks.click_id}
  - range: {revenue_usd: {above: 0}}
---*/
select
  orders.order_id,
  orders.occurred_at,
  cast(orders.occurred_at as date) as day,
  orders.advertiser_id,
  orders.visitor_id,
  orders.revenue_usd,
  clicks.click_id,
  clicks.campaign_id
from stg_conversions as orders
left join fct_clicks as clicks
  on clicks.visitor_id = orders.visitor_id
  and clicks.advertiser_id = orders.advertiser_id
  and clicks.occurred_at <= orders.occurred_at
  and clicks.occurred_at >= orders.occurred_at - interval '7' day
  and clicks.occurred_at >= $from - interval '7' day
  and clicks.occurred_at < $to
where orders.occurred_at >= $from and orders.occurred_at < $to
qualify row_number() over (
  partition by orders.order_id
  order by clicks.occurred_at desc nulls last, clicks.click_id desc nulls last
) = 1

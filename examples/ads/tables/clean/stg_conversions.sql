/*---
description: >
  Every order once, without the shops' test orders, in the currency it was paid in and in US
  dollars.
materialize: incremental
time: occurred_at
lookback: 2d
checks:
  - not-null: [order_id, occurred_at, advertiser_id, currency, revenue_usd]
  - unique: [order_id]
  - range: {value: {above: 0}, revenue_usd: {above: 0}}
---*/
select
  raw.order_id,
  raw.occurred_at,
  raw.advertiser_id,
  nullif(raw.visitor_id, '00000000-0000-0000-0000-000000000000') as visitor_id,
  raw.email_sha256,
  cast(replace(raw.value, ',', '') as decimal(12, 2)) as value,
  fx.currency,
  cast(
    cast(replace(raw.value, ',', '') as decimal(12, 2)) * fx.usd as decimal(18, 4)
  ) as revenue_usd
from conversions as raw
join advertisers on advertisers.advertiser_id = raw.advertiser_id
join fx on fx.currency = coalesce(raw.currency, advertisers.currency)
where
  raw.occurred_at >= $from
  and raw.occurred_at < $to
  and raw.order_id not like 'TEST-%'
qualify row_number() over (partition by raw.order_id order by raw._file, raw._line) = 1

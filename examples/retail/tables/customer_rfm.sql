/*---
description: >
  Recency, frequency and monetary value of every customer who bought something, as of the day after
  the last order; scores from 1 (lowest fifth) to 5 (highest).
checks:
  - not-null: [customer_id, recency_days, frequency, monetary]
  - unique: [customer_id]
  - range:
      recency_days: {min: 1}
      frequency: {min: 1}
      monetary: {above: 0}
      recency_score: {min: 1, max: 5}
      frequency_score: {min: 1, max: 5}
      monetary_score: {min: 1, max: 5}
---*/
with customers as (
  select
    customer_id,
    max(ordered_at) as last_ordered_at,
    count(*) as frequency,
    cast(sum(amount) as decimal(18, 3)) as monetary
  from orders
  where customer_id is not null
  group by customer_id
),
as_of as (
  select date_trunc('day', max(ordered_at)) + interval '1' day as midnight from orders
)
select
  customer_id,
  cast(
    extract(day from (as_of.midnight - date_trunc('day', last_ordered_at))) as int
  ) as recency_days,
  frequency,
  monetary,
  -- Ties are broken by the customer's number, so that every engine draws the same lines.
  cast(ntile(5) over (order by last_ordered_at, customer_id) as int) as recency_score,
  cast(ntile(5) over (order by frequency, customer_id) as int) as frequency_score,
  cast(ntile(5) over (order by monetary, customer_id) as int) as monetary_score
from customers
cross join as_of

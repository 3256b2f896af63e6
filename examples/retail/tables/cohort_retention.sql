/*---
description: >
  Of the customers whose first order fell into a month, how many ordered again n months later.
checks:
  - not-null: [cohort_month, months_later, customers, cohort_size, retention]
  - unique: [cohort_month, months_later]
  - range: {retention: {above: 0, max: 1}, months_later: {min: 0, max: 12}}
  - sql: "select * from {this} where months_later = 0 and retention <> 1"
    name: everyone orders in the month of the first order
---*/
with active as (
  select distinct
    customer_id,
    cast(date_trunc('month', ordered_at) as date) as month
  from orders
  where customer_id is not null
),
cohorts as (
  select customer_id, min(month) as cohort_month from active group by customer_id
),
counted as (
  select
    cohort_month,
    cast(
      12 * (extract(year from month) - extract(year from cohort_month))
        + extract(month from month) - extract(month from cohort_month) as int
    ) as months_later,
    count(*) as customers
  from active
  join cohorts using (customer_id)
  group by 1, 2
)
select
  cohort_month,
  months_later,
  customers,
  max(customers) over (partition by cohort_month) as cohort_size,
  cast(customers as double) / max(customers) over (partition by cohort_month) as retention
from counted

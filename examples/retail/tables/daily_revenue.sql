/*---
description: Revenue per day, net of cancellations and adjustments.
checks:
  - not-null: [day, revenue]
  - unique: [day]
  - sql: "select sum(revenue) = (select sum(amount) from stg_retail) from {this}"
    name: the days add up to all lines
  # The shop is closed on Saturdays and over Christmas; a day below zero is a day of returns.
  - range: {revenue: {min: 0}}
    severity: warn
---*/
select
  cast(invoiced_at as date) as day,
  cast(sum(amount) as decimal(18, 3)) as revenue
from stg_retail
group by cast(invoiced_at as date)

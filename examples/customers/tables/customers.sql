/*---
description: What every known customer bought in the year, as of the day after the last invoice.
key: [customer_id]
checks:
  - unique: [customer_id]
  - not-null: [customer_id, days_since, orders, units, spent]
---*/
with lines as (
  select
    cast(round(CustomerID) as bigint) as customer_id,
    InvoiceNo as invoice_no,
    StockCode as stock_code,
    Quantity as quantity,
    InvoiceDate as invoiced_at,
    cast(Quantity * cast(UnitPrice as decimal(12, 3)) as decimal(18, 3)) as amount
  from online_retail
  where CustomerID is not null and UnitPrice > 0
),
sold as (
  select
    customer_id,
    max(invoiced_at) as last_at,
    count(distinct invoice_no) as orders,
    count(distinct stock_code) as articles,
    sum(quantity) as units,
    cast(sum(amount) as double) as spent
  from lines
  where quantity > 0
  group by customer_id
),
returned as (
  select customer_id, cast(-sum(amount) as double) as amount
  from lines
  where quantity < 0
  group by customer_id
),
as_of as (
  select date_trunc('day', max(invoiced_at)) + interval '1' day as midnight from lines
)
select
  s.customer_id,
  cast(extract(day from (a.midnight - date_trunc('day', s.last_at))) as int) as days_since,
  s.orders,
  s.articles,
  s.units,
  s.spent,
  s.spent / s.orders as per_order,
  coalesce(r.amount, 0) / s.spent as returned
from sold s
cross join as_of a
left join returned r on r.customer_id = s.customer_id

/*---
description: One row per invoice on which something was sold.
checks:
  - not-null: [invoice_no, ordered_at, country, amount]
  - unique: [invoice_no]
  - range: {amount: {above: 0}, lines: {min: 1}, units: {min: 1}}
  # Guests order without a customer number.
  - not-null: [customer_id]
    severity: warn
---*/
select
  invoice_no,
  customer_id,
  country,
  -- A few dozen invoices were entered over two minutes: the first counts.
  min(invoiced_at) as ordered_at,
  count(*) as lines,
  cast(sum(quantity) as bigint) as units,
  cast(sum(amount) as decimal(18, 3)) as amount
from stg_retail
where line_kind = 'sale'
group by invoice_no, customer_id, country

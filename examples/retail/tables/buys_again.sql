/*---
description: >
  One row per order of a known customer: did the customer order again within 7 days? Orders of the
  last 7 days are left out, because their answer is not known yet.
time: ordered_at
checks:
  - not-null: [invoice_no, customer_id, ordered_at, buys_again]
  - unique: [invoice_no]
---*/
select
  o.invoice_no,
  o.customer_id,
  o.ordered_at,
  exists (
    select 1 from orders n
    where n.customer_id = o.customer_id
      and n.ordered_at > o.ordered_at
      and n.ordered_at <= o.ordered_at + interval '7' day
  ) as buys_again
from orders o
where o.customer_id is not null
  and o.ordered_at <= (select max(ordered_at) from orders) - interval '7' day

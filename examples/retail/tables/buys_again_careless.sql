/*---
description: >
  How not to do it: every order with the figures its customer has today. Compare with
  'headrace features join buys_again --features customer_activity.* --to buys_again_training'.
checks:
  # Fails for four orders out of five, which is the point of the table.
  - sql: "select * from {this} where last_ordered_at > ordered_at"
    name: no feature knows the future
    severity: warn
---*/
select
  buys_again.invoice_no,
  buys_again.customer_id,
  buys_again.ordered_at,
  buys_again.buys_again,
  latest.orders_ever,
  latest.spend_ever,
  latest.last_ordered_at
from buys_again
join customer_activity as latest on latest.customer_id = buys_again.customer_id

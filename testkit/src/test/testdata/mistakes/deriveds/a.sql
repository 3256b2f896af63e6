/*---
materialise: view
tags: [b, b]
---*/
select *
from ordrs
  join customers

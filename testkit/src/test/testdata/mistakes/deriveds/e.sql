/*---
tags: [b]
---*/
select *
from ordrs
  join customers

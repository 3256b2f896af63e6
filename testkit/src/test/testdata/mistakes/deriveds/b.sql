/*---
tags: [b]
select 1

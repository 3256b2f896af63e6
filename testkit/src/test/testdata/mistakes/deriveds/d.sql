select 1
/*---
tags: [b]
---*/

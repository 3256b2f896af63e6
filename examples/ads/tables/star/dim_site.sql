/*---
description: Sites, apps and channels.
checks:
  - unique: [site_id]
  - range: {floor_cpm: {min: 0}}
---*/
select site_id, name as site, kind, category, floor_cpm
from sites

/*---
description: Kinds of device that were seen, by type, operating system and browser.
checks:
  - not-null: [device_id, device_type, os, browser]
  - unique: [device_id]
  - accepted-values: {device_type: [phone, tablet, laptop, tv]}
---*/
select distinct device_id, device_type, os, browser
from stg_impressions

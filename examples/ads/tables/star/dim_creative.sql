/*---
description: Creatives with the campaign they belong to.
checks:
  - unique: [creative_id]
  - foreign-key: {campaign_id: dim_campaign.campaign_id}
  - range: {width: {min: 1}, height: {min: 1}}
---*/
select creative_id, campaign_id, format, width, height, headline
from creatives

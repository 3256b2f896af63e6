/*---
description: Anonymous edits per country; only anonymous editors are located.
checks:
  - not-null: [country_code, country]
  - unique: [country_code]
  - regex: {country_code: "[A-Z]{2}"}
---*/
select
  country_code,
  min(country) as country,
  count(*) as edits,
  count(distinct editor) as editors,
  count(distinct channel) as channels
from stg_edits
where country_code is not null
group by country_code

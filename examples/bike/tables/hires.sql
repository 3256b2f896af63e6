/*---
description: An hour with its weather and what was hired before; casual and registered are left out, they add up to the answer.
key: [at]
checks:
  - unique: [at]
---*/
with hours as (
  select *, cast(dteday as timestamp) + hr * interval '1' hour as at from bike_hours
)
select h.at, h.hr, h.weekday, h.workingday, h.holiday, h.season, h.weathersit,
  h.temp, h.atemp, h.hum, h.windspeed,
  hour_ago.cnt as hour_ago, day_ago.cnt as day_ago, week_ago.cnt as week_ago,
  h.cnt as hires
from hours h
join hours week_ago on week_ago.at = h.at - interval '7' day
left join hours day_ago on day_ago.at = h.at - interval '1' day
left join hours hour_ago on hour_ago.at = h.at - interval '1' hour

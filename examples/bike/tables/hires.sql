/*---
description: An hour with its weather and what was hired before; casual and registered are left out, they add up to the answer.
key: [at]
checks:
  - unique: [at]
---*/
with hours as (
  select *, cast(dteday as timestamp) + hr * interval '1' hour as at from bike_hours
),
known as (
  select *,
    -- The weather of the hour before, and of the whole day.
    lag(weathersit) over (order by hours.at) as weathersit_before,
    lag(temp) over (order by hours.at) as temp_before,
    lag(hum) over (order by hours.at) as hum_before,
    avg(weathersit) over (partition by dteday) as weathersit_of_day,
    avg(temp) over (partition by dteday) as temp_of_day,
    avg(hum) over (partition by dteday) as hum_of_day,
    -- Hires up to a day ago: a day and a week of them, and the same hour of days like this one.
    sum(cnt) over (order by hours.at range between interval '47' hour preceding and interval '24' hour preceding) / 24.0 as hourly_1d,
    sum(cnt) over (order by hours.at range between interval '191' hour preceding and interval '24' hour preceding) / 168.0 as hourly_7d,
    lag(cnt) over alike as alike_1,
    avg(cnt) over (alike rows between 5 preceding and 1 preceding) as alike_5,
    avg(cnt) over (alike rows between 10 preceding and 1 preceding) as alike_10,
    avg(cnt) over (alike rows between 20 preceding and 1 preceding) as alike_20
  from hours
  window alike as (partition by hr, workingday order by hours.at)
)
select h.at, h.hr, h.weekday, h.workingday, h.holiday, h.season, h.weathersit,
  h.temp, h.atemp, h.hum, h.windspeed,
  h.weathersit_before, h.temp_before, h.hum_before,
  h.weathersit_of_day, h.temp_of_day, h.hum_of_day,
  hour_ago.cnt as hour_ago, day_ago.cnt as day_ago, week_ago.cnt as week_ago,
  two_weeks_ago.cnt as two_weeks_ago,
  h.hourly_1d, h.hourly_7d, h.alike_1, h.alike_5, h.alike_10, h.alike_20,
  h.cnt as hires
from known h
join hours week_ago on week_ago.at = h.at - interval '7' day
left join hours two_weeks_ago on two_weeks_ago.at = h.at - interval '14' day
left join hours day_ago on day_ago.at = h.at - interval '1' day
left join hours hour_ago on hour_ago.at = h.at - interval '1' hour

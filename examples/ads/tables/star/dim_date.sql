/*---
description: Every day on which a campaign could run.
checks:
  - not-null: [day, week, month, weekday]
  - unique: [day]
  - range: {weekday: {min: 1, max: 7}}
---*/
with flights as (
  select min(start_date) as first_day, max(end_date) as last_day from campaigns
),
days as (
  select first_day + cast(n as int) as day, last_day
  from flights
  cross join range(0, 4000) as numbers(n)
)
select
  day,
  cast(date_trunc('week', day) as date) as week,
  cast(date_trunc('month', day) as date) as month,
  -- 1 is Monday.
  cast(
    1 + extract(day from cast(day as timestamp) - cast(date_trunc('week', day) as timestamp))
    as int
  ) as weekday
from days
where day <= last_day

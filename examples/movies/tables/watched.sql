/*---
description: A film somebody rated, with what others had said of it before that second; liked is 2 for five stars, 1 for four.
key: [user_id, film_id]
checks:
  - unique: [user_id, film_id]
---*/
with rated as (
  select r.user_id, r.film_id, r.rating, r.rated_at, p.gender, p.age,
    case when p.age < 25 then 0 when p.age < 40 then 1 else 2 end as generation
  from movie_ratings r
  join people p on p.user_id = r.user_id
)
select r.user_id, r.film_id, timestamp '1970-01-01 00:00:00' + r.rated_at * interval '1' second as rated_at,
  count(*) over film as ratings,
  avg(r.rating) over film as stars,
  avg(r.rating) over by_gender as stars_of_gender,
  avg(r.rating) over by_generation as stars_of_generation,
  avg(case when r.rating >= 4 then 1.0 else 0.0 end) over film as share_liked,
  1998 - try_cast(f.released as integer) as years_old,
  case when f.genres like '%Drama%' then 1 else 0 end as drama,
  case when f.genres like '%Comedy%' then 1 else 0 end as comedy,
  case when f.genres like '%Action%' then 1 else 0 end as action,
  case when f.genres like '%Romance%' then 1 else 0 end as romance,
  case when f.genres like '%Children%' then 1 else 0 end as children,
  r.gender, r.age,
  greatest(r.rating - 3, 0) as liked
from rated r
join films f on f.film_id = r.film_id
window
  film as (partition by r.film_id order by r.rated_at nulls last
    range between unbounded preceding and 1 preceding),
  by_gender as (partition by r.film_id, r.gender order by r.rated_at nulls last
    range between unbounded preceding and 1 preceding),
  by_generation as (partition by r.film_id, r.generation order by r.rated_at nulls last
    range between unbounded preceding and 1 preceding)

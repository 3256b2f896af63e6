/*---
description: Requests of a visitor with no more than 30 minutes between them.
checks:
  - not-null: [session_id, visitor_id, started_at, ended_at]
  - unique: [session_id]
  - range: {hits: {min: 1}, bytes: {min: 0}}
  - sql: "select * from {this} where ended_at < started_at"
    name: sessions end after they start
  - sql: "select sum(hits) = (select count(*) from stg_hits) from {this}"
    name: every request belongs to one session
---*/
with marked as (
  select
    *,
    case
      when hit_at - lag(hit_at) over (partition by visitor_id order by hit_at)
        <= interval '30' minute then 0
      else 1
    end as starts_session
  from stg_hits
),
numbered as (
  select
    *,
    sum(starts_session) over (partition by visitor_id order by hit_at) as session_number
  from marked
)
select
  concat_ws('-', visitor_id, cast(session_number as string)) as session_id,
  visitor_id,
  min(client) as client,
  min(agent) as agent,
  bool_or(is_bot) as is_bot,
  min(hit_at) as started_at,
  max(hit_at) as ended_at,
  count(*) as hits,
  count(distinct path) as paths,
  cast(coalesce(sum(bytes), 0) as bigint) as bytes
from numbered
group by visitor_id, session_number

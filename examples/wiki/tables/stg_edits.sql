/*---
description: One row per edit, with names of this project's style.
materialize: incremental
time: edited_at
checks:
  - not-null: [edited_at, channel, page, editor]
  - regex: {channel: "#[a-z-]+[.][a-z]+"}
  - sql: "select * from {this} where delta <> added - deleted"
    name: the size changes by what was added and deleted
  - sql: "select * from {this} where is_robot and is_anonymous"
    name: robots have an account
  - sql: "select * from {this} where is_anonymous <> (country_code is not null)"
    name: anonymous edits, and no others, are located by their address
---*/
select
  time as edited_at,
  channel,
  namespace,
  page,
  wikiticker.user as editor,
  comment,
  isAnonymous as is_anonymous,
  isRobot as is_robot,
  isNew as is_new_page,
  isMinor as is_minor,
  isUnpatrolled as is_unpatrolled,
  countryIsoCode as country_code,
  countryName as country,
  regionName as region,
  cityName as city,
  cast(added as bigint) as added,
  cast(deleted as bigint) as deleted,
  cast(delta as bigint) as delta
from wikiticker
where time >= $from and time < $to

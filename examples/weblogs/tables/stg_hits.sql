/*---
description: One row per request, with its visitor, its path and whether a bot made it.
materialize: incremental
time: hit_at
checks:
  - not-null: [hit_at, client, visitor_id, path]
  - accepted-values: {method: [GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH]}
  - range: {bytes: {min: 0}}
  - regex: {path: "[/*].*"}
    severity: warn
  # Readers and crawlers often say nothing about themselves.
  - not-null: [agent]
    severity: warn
---*/
select
  hit_at,
  client,
  -- Several people can share an address; address and browser together are our best guess at one.
  md5(concat_ws('|', client, agent)) as visitor_id,
  method,
  split_part(target, '?', 1) as path,
  protocol,
  status,
  bytes,
  referrer,
  agent,
  agent is null
    or lower(agent) like '%bot%'
    or lower(agent) like '%crawl%'
    or lower(agent) like '%spider%'
    or lower(agent) like '%slurp%'
    or lower(agent) like '%feed%'
    or lower(agent) like '%http:%'
    or lower(agent) like '%curl/%'
    or lower(agent) like '%wget/%'
    or lower(agent) like '%python%' as is_bot
from access_log
where hit_at >= $from and hit_at < $to

/*---
description: >
  Every logged impression once, typed, with the missing campaign filled in and bots marked.
time: occurred_at
checks:
  - not-null: [impression_id, request_id, occurred_at, campaign_id, creative_id, price_cpm]
  - unique: [impression_id]
  - unique: [request_id]
  - range: {price_cpm: {above: 0, max: 1000}}
---*/
select
  raw.event_id as impression_id,
  raw.request_id,
  coalesce(
    try_cast(raw.occurred_at as timestamp),
    -- Milliseconds since 1970, as whole days and the rest: no number here outgrows 32 bits.
    timestamp '1970-01-01 00:00:00'
      + cast(floor(try_cast(raw.occurred_at as bigint) / 86400000) as int) * interval '1' day
      + cast(try_cast(raw.occurred_at as bigint) % 86400000 as int) * interval '0.001' second
  ) as occurred_at,
  -- An ad id of zeros says that its owner does not want to be followed.
  coalesce(raw.cookie_id, nullif(raw.ad_id, '00000000-0000-0000-0000-000000000000')) as visitor_id,
  nullif(raw.ip, 'unknown') as ip,
  concat_ws('/', raw.device.type, raw.device.os, raw.device.browser) as device_id,
  raw.device.type as device_type,
  raw.device.os as os,
  raw.device.browser as browser,
  raw.geo.country as country,
  raw.site_id,
  raw.placement,
  raw.position,
  raw.creative_id,
  creatives.campaign_id,
  cast(replace(raw.price, ',', '.') as decimal(9, 3)) as price_cpm,
  -- Bots say so, come without a screen, or browse from a data centre.
  coalesce(
    lower(raw.user_agent) like '%bot%'
      or lower(raw.user_agent) like '%crawler%'
      or lower(raw.user_agent) like '%spider%'
      or lower(raw.user_agent) like '%headless%',
    false
  ) or datacenters.prefix is not null as is_bot
from impressions as raw
join creatives on creatives.creative_id = raw.creative_id
left join datacenters on raw.ip like datacenters.prefix || '%'
qualify row_number() over (partition by raw.event_id order by raw._file, raw._line) = 1

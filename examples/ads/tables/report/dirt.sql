/*---
description: >
  How many raw rows are dirty in which way; a row with two kinds of dirt counts for both. Lines that
  cannot be read at all are in the __rejected tables.
checks:
  - unique: [feed, kind]
  - range: {rows: {min: 0}}
---*/
select 'impressions' as feed, 'duplicate' as kind, count(*) - count(distinct event_id) as rows
from impressions
union all
select 'impressions', 'missing_campaign', count(*) from impressions where campaign_id is null
union all
select 'impressions', 'price_comma', count(*) from impressions where price like '%,%'
union all
select 'impressions', 'epoch_time', count(*) from impressions where occurred_at not like '%-%'
union all
select 'impressions', 'missing_user_agent', count(*) from impressions where user_agent is null
union all
select 'impressions', 'malformed_ip', count(*) from impressions where ip = 'unknown'
union all
select 'impressions', 'missing_geo', count(*) from impressions where geo is null
union all
select 'impressions', 'missing_id', count(*)
from impressions
where cookie_id is null and ad_id is null
union all
select 'impressions', 'zero_ad_id', count(*)
from impressions
where ad_id = '00000000-0000-0000-0000-000000000000'
union all
select 'clicks', 'duplicate', count(*) - count(distinct event_id) from clicks
union all
select 'clicks', 'epoch_time', count(*) from clicks where occurred_at not like '%-%'
union all
select 'clicks', 'unknown_impression', count(*)
from clicks
where not exists (select 1 from impressions where impressions.event_id = clicks.impression_id)
union all
select 'conversions', 'duplicate', count(*) - count(distinct order_id) from conversions
union all
select 'conversions', 'test_order', count(*) from conversions where order_id like 'TEST-%'
union all
select 'conversions', 'missing_currency', count(*) from conversions where currency is null
union all
select 'conversions', 'thousands_separator', count(*) from conversions where value like '%,%'
union all
select 'logins', 'duplicate', count(*) - count(distinct event_id) from logins
union all
select 'logins', 'missing_hash', count(*) from logins where email_sha256 is null
union all
select 'logins', 'uppercase_hash', count(*)
from logins
where email_sha256 <> lower(email_sha256)

-- The rules of truth/rules.md as SQL, over the raw files only.

create view raw_impressions as
select * from read_json('raw/impressions/*.jsonl', format = 'newline_delimited',
  ignore_errors = true, columns = {
    event_id: 'varchar', occurred_at: 'varchar', request_id: 'varchar', cookie_id: 'varchar',
    ad_id: 'varchar', user_agent: 'varchar', ip: 'varchar',
    device: 'struct(type varchar, os varchar, browser varchar)', site_id: 'varchar',
    placement: 'varchar', "position": 'int', campaign_id: 'varchar', creative_id: 'varchar',
    advertiser_id: 'varchar', price: 'varchar', floor: 'decimal(9,3)',
    geo: 'struct(country varchar, region varchar, city varchar)'})
where event_id is not null;

create view raw_clicks as
select * from read_json('raw/clicks/*.jsonl.gz', format = 'newline_delimited',
  ignore_errors = true, columns = {
    event_id: 'varchar', occurred_at: 'varchar', impression_id: 'varchar', cookie_id: 'varchar',
    ad_id: 'varchar', user_agent: 'varchar', ip: 'varchar'})
where event_id is not null;

create macro instant(text) as
  coalesce(epoch_ms(try_cast(text as bigint)), cast(replace(text, 'Z', '') as timestamp));

create macro is_bot(agent, ip) as
  coalesce(regexp_matches(agent, '(?i)bot|crawler|spider|headless'), false)
    or exists (select 1 from 'raw/datacenters.csv' d where starts_with(ip, d.prefix));

create macro visitor(cookie_id, ad_id) as
  coalesce(cookie_id, nullif(ad_id, '00000000-0000-0000-0000-000000000000'));

create table impressions as
select distinct on (i.event_id) i.event_id, instant(i.occurred_at) as occurred_at,
       c.campaign_id, cast(replace(i.price, ',', '.') as decimal(9,3)) as cpm,
       i.request_id, visitor(i.cookie_id, i.ad_id) as visitor_id, i.device, i.site_id,
       i.placement, i."position", i.creative_id, i.user_agent, i.ip
from raw_impressions i
join 'raw/creatives.csv' c using (creative_id)
where not is_bot(i.user_agent, i.ip);

create table clicks as
select distinct on (c.event_id) c.event_id, c.impression_id, instant(c.occurred_at) as occurred_at,
       i.campaign_id, visitor(c.cookie_id, c.ad_id) as visitor_id
from raw_clicks c
join impressions i on i.event_id = c.impression_id
where not is_bot(c.user_agent, c.ip);

create table conversions as
select distinct on (o.order_id) o.order_id, o.occurred_at, o.advertiser_id,
       nullif(o.visitor_id, '00000000-0000-0000-0000-000000000000') as visitor_id,
       cast(replace(o.value, ',', '') as decimal(12,2)) * cast(f.usd as decimal(4,2)) as usd
from read_csv('raw/conversions/*.csv', header = true, ignore_errors = true, columns = {
    order_id: 'varchar', occurred_at: 'timestamp', advertiser_id: 'varchar',
    visitor_id: 'varchar', email_sha256: 'varchar', value: 'varchar', currency: 'varchar',
    items: 'varchar'}) o
join 'raw/advertisers.csv' a using (advertiser_id)
join 'raw/fx.csv' f on f.currency = coalesce(o.currency, a.currency)
where o.order_id not like 'TEST-%';

create table attributed as
select o.order_id, o.occurred_at, o.usd, arg_max(k.campaign_id, (k.occurred_at, k.event_id)) as campaign_id
from conversions o
join 'raw/campaigns.csv' c using (advertiser_id)
join clicks k on k.campaign_id = c.campaign_id and k.visitor_id = o.visitor_id
  and k.occurred_at <= o.occurred_at and k.occurred_at >= o.occurred_at - interval 7 days
group by all;

create table totals as
with parts as (
  select cast(occurred_at as date) as date, campaign_id, 1 as impressions, 0 as clicks,
         0 as conversions, cast(0 as decimal(18,4)) as revenue_usd, cpm
  from impressions
  union all
  select cast(occurred_at as date), campaign_id, 0, 1, 0, 0, 0 from clicks
  union all
  select cast(occurred_at as date), campaign_id, 0, 0, 1, usd, 0 from attributed)
select date, campaign_id, sum(impressions) as impressions, sum(clicks) as clicks,
       sum(conversions) as conversions, cast(sum(revenue_usd) as decimal(18,4)) as revenue_usd,
       cast(sum(cast(cpm * 1000 as bigint)) as bigint) as spend_micros
from parts
group by all;

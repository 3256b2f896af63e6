/*---
description: Auctions we bid in, and how many of them we won, by day and campaign.
materialize: incremental
time: day
checks:
  - not-null: [day, campaign_id, auctions, won]
  - unique: [day, campaign_id]
  - range: {win_rate: {min: 0, max: 1}}
  # Until the last late impression is in, a few are missing.
  - sql: "select sum(won - withheld) = (select count(*) from stg_impressions) from {this}"
    name: every ad that was won and not withheld was shown
    severity: warn
---*/
select
  cast(occurred_at as date) as day,
  campaign_id,
  count(*) as auctions,
  count(*) filter (where outcome = 'won') as won,
  -- Won, but withheld from the people of the control group.
  count(*) filter (where is_ghost) as withheld,
  cast(count(*) filter (where outcome = 'won') as double) / count(*) as win_rate,
  cast(sum(bid_cpm) as double) / nullif(count(bid_cpm), 0) as average_bid_cpm,
  cast(sum(clearing_cpm) as double) / nullif(count(clearing_cpm), 0) as average_price_cpm
from auctions
where occurred_at >= $from and occurred_at < $to
group by cast(occurred_at as date), campaign_id

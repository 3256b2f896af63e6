/*---
description: >
  Articles bought together in at least 200 orders. Support is the share of orders with both;
  lift is how many times more often they meet than if they were bought independently.
checks:
  - not-null: [article_a, article_b, orders, support, lift]
  - unique: [article_a, article_b]
  - sql: "select * from {this} where article_a >= article_b"
    name: every pair is listed once
  - range: {orders: {min: 200}, support: {above: 0, below: 1}, lift: {above: 0}}
---*/
with items as (
  select distinct invoice_no, stock_code
  from stg_retail
  where line_kind = 'sale' and is_article
),
articles as (
  select stock_code, count(*) as orders
  from items
  group by stock_code
  having count(*) >= 200
),
-- Two articles cannot meet in 200 orders unless each is in 200 orders: this bounds the join below.
frequent as (
  select items.invoice_no, items.stock_code
  from items
  join articles on articles.stock_code = items.stock_code
),
pairs as (
  select
    a.stock_code as article_a,
    b.stock_code as article_b,
    count(*) as orders
  from frequent as a
  join frequent as b on b.invoice_no = a.invoice_no and b.stock_code > a.stock_code
  group by a.stock_code, b.stock_code
  having count(*) >= 200
),
baskets as (
  select count(distinct invoice_no) as orders from items
)
select
  pairs.article_a,
  pairs.article_b,
  pairs.orders,
  cast(pairs.orders as double) / baskets.orders as support,
  cast(pairs.orders as double) / a.orders as confidence_b_given_a,
  cast(pairs.orders as double) / b.orders as confidence_a_given_b,
  cast(pairs.orders as double) * baskets.orders / (cast(a.orders as double) * b.orders) as lift
from pairs
join articles as a on a.stock_code = pairs.article_a
join articles as b on b.stock_code = pairs.article_b
cross join baskets

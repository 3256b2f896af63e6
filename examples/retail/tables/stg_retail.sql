/*---
description: >
  One row per invoice line, typed and named. No line is dropped: what a line is, and whether an
  identical one precedes it on the invoice, is said in columns of its own.
checks:
  - not-null: [invoice_no, stock_code, quantity, invoiced_at, unit_price, amount, line_kind]
  - accepted-values:
      line_kind: [sale, free, cancellation, adjustment, stock correction]
  - range: {quantity: {min: -100000, max: 100000}}
  - sql: "select * from {this} where line_kind = 'cancellation' and quantity >= 0"
    name: cancellations take goods back
  - regex: {customer_id: "[0-9]{5}"}
  # Nothing in the data tells an item that was scanned twice from a line that was exported twice.
  - sql: "select * from {this} where is_repeat"
    name: no line is repeated
    severity: warn
---*/
select
  InvoiceNo as invoice_no,
  StockCode as stock_code,
  nullif(nullif(trim(Description), ''), 'nan') as description,
  Quantity as quantity,
  InvoiceDate as invoiced_at,
  cast(UnitPrice as decimal(12, 3)) as unit_price,
  cast(Quantity * cast(UnitPrice as decimal(12, 3)) as decimal(18, 3)) as amount,
  -- Customers are numbered, but Parquet holds the numbers as floating point: 17850.0.
  cast(cast(round(CustomerID) as bigint) as string) as customer_id,
  Country as country,
  case
    when InvoiceNo like 'C%' then 'cancellation'
    when InvoiceNo like 'A%' then 'adjustment'
    when Quantity <= 0 then 'stock correction'
    when UnitPrice = 0 then 'free'
    else 'sale'
  end as line_kind,
  -- Postage, fees, discounts and manual entries are booked as if they were articles.
  upper(StockCode) not in
    ('POST', 'DOT', 'C2', 'M', 'D', 'S', 'B', 'CRUK', 'BANK CHARGES', 'AMAZONFEE') as is_article,
  row_number() over (
    partition by
      InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country
    order by InvoiceNo
  ) > 1 as is_repeat
from online_retail

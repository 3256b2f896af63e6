-- The ledger, version 1. Plain SQL that SQLite and PostgreSQL both take. Times are ISO-8601 text in UTC.
create table run (
  run_id bigint primary key,
  environment text not null,
  started_at text not null,
  finished_at text,
  status text not null
);
create table step (
  run_id bigint not null references run,
  asset text not null,
  kind text not null,
  status text not null,
  reason text not null,
  started_at text not null,
  finished_at text,
  rows_in bigint not null default 0,
  rows_out bigint not null default 0,
  rejected bigint not null default 0,
  attempts integer not null default 1,
  error_kind text,
  error_code text,
  error_message text,
  error_hint text,
  primary key (run_id, asset)
);
create index step_by_asset on step (asset, run_id);
create table check_result (
  run_id bigint not null references run,
  asset text not null,
  check_name text not null,
  status text not null,
  failing_rows bigint not null,
  message text not null,
  primary key (run_id, asset, check_name)
);
create table publication (
  publication_id bigint primary key,
  parent_id bigint references publication,
  run_id bigint not null references run,
  published_at text not null,
  table_name text not null,
  asset text not null,
  kind text not null,
  fingerprint text not null,
  identity text not null,
  audit text not null,
  state text not null,
  snapshot_id bigint,          -- null for a virtual table
  row_count bigint not null,
  byte_count bigint not null,
  time_column text,
  first_time text,
  last_time text,
  view_sql text,               -- null for a stored table
  inputs text not null,        -- JSON object: table -> state
  days text not null           -- JSON array of [from, to) pairs
);
create index publication_by_table on publication (table_name, publication_id);
-- What an environment shows: one row per table.
create table pointer (
  environment text not null,
  table_name text not null,
  publication_id bigint not null references publication,
  primary key (environment, table_name)
);
-- Every state an environment ever had, in order.
create table pointer_history (
  environment text not null,
  table_name text not null,
  publication_id bigint,       -- null: the table was withdrawn
  run_id bigint not null references run,
  changed_at text not null
);
create index pointer_history_by_table on pointer_history (environment, table_name, changed_at);
create table loaded_file (
  publication_id bigint not null references publication,
  path text not null,
  size_bytes bigint not null,
  modified_at text not null,
  content_hash text not null,
  row_count bigint not null,
  rejected bigint not null,
  primary key (publication_id, path)
);

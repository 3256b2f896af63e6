-- Version 4: who stopped what of that which is served, such as an experiment, and when. The newest
-- change of a name is what counts.
create table stop_change (
  change_id bigint not null primary key,
  name text not null,
  stopped text not null,            -- STOPPED or STARTED
  reason text not null,
  changed_at text not null
);
create index stop_change_name on stop_change (name, change_id);

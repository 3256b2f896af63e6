-- Version 2: environments beside prod, a past that can be read, and actions other than runs.

-- What was done: RUN builds, PROMOTE and ROLLBACK only move pointers.
alter table run add column action text not null default 'RUN';
alter table run add column note text not null default '';
alter table run add column target_run bigint;   -- ROLLBACK: the run whose end it went back to
alter table run add column last_change bigint;  -- newest pointer_change when it ended

-- An environment is what prod shows, except for the pointers of its own. prod itself is not listed.
create table environment (
  environment text primary key,
  created_at text not null,
  base_change bigint not null  -- newest pointer_change of prod that its author has seen
);

-- Without a publication the environment shows nothing under a name that prod does show.
create table pointer_2 (
  environment text not null,
  table_name text not null,    -- lower case
  publication_id bigint references publication,
  primary key (environment, table_name)
);
insert into pointer_2 select environment, lower(table_name), publication_id from pointer;
drop table pointer;
alter table pointer_2 rename to pointer;

-- Every state an environment ever had: changes in the order in which they became visible.
create table pointer_change (
  change_id bigint primary key,
  environment text not null,
  table_name text not null,    -- lower case
  effect text not null,        -- SHOW a publication, HIDE the table, FOLLOW prod again
  publication_id bigint references publication,
  run_id bigint not null references run,
  changed_at text not null     -- UTC, always with six digits of a second, so that text order is time order
);
insert into pointer_change
select row_number() over (order by stamp, run_id, publication_id), environment, lower(table_name),
  case when publication_id is null then 'HIDE' else 'SHOW' end, publication_id, run_id, stamp
from (
  select h.*, substr(changed_at, 1, 19) || '.'
    || substr(substr(replace(changed_at, 'Z', ''), 21) || '000000', 1, 6) || 'Z' as stamp
  from pointer_history h) stamped;
drop table pointer_history;
create index pointer_change_by_table on pointer_change (environment, table_name, change_id);
create index pointer_change_by_run on pointer_change (run_id, change_id);
update run set last_change =
  (select coalesce(max(change_id), 0) from pointer_change c where c.run_id <= run.run_id)
where finished_at is not null;

-- When gc took the rows of a publication away; null while they can be read.
alter table publication add column expired_at text;

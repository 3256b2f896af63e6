-- Version 5: names that somebody gave to versions of models, such as candidate. The newest change of
-- a name is what counts; which version an environment shows follows from its pointers.
create table alias_change (
  change_id bigint not null primary key,
  model text not null,
  alias text not null,
  version integer not null,
  origin text not null,             -- GIVEN by somebody, or FOUND as it was when names came here
  reason text not null,
  changed_at text not null
);
create index alias_change_name on alias_change (model, alias, change_id);

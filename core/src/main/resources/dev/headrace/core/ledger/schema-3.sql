-- Version 3: namespaces, tables and views that other programs keep in an environment's warehouse.
-- Levels of a namespace are joined by U+001F, which no level contains.
create table outside_namespace (
  environment text not null,
  namespace text not null,
  primary key (environment, namespace)
);
create table outside_property (
  environment text not null,
  namespace text not null,
  name text not null,
  content text not null,
  primary key (environment, namespace, name),
  foreign key (environment, namespace) references outside_namespace (environment, namespace)
);
create table outside_table (
  environment text not null,
  namespace text not null,
  name text not null,
  kind text not null,               -- TABLE or VIEW
  metadata_location text not null,  -- the one file that says what it is now
  primary key (environment, namespace, name),
  foreign key (environment, namespace) references outside_namespace (environment, namespace)
);

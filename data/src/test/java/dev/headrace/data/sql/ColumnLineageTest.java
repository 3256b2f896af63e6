package dev.headrace.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.data.sql.ColumnLineage.Known;
import dev.headrace.data.sql.ColumnLineage.Unknown;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.ListOf;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.spi.schema.Type.Struct;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each case: a statement, and for each output column its sources, "-" for none, "?" for unknown.
 */
class ColumnLineageTest {
  @TempDir static Path spill;

  private static final Map<String, Schema> INPUTS =
      Map.of(
          "o",
          new Schema(
              List.of(
                  new Field(1, "id", Primitive.LONG),
                  new Field(2, "cid", Primitive.LONG),
                  new Field(3, "total", Primitive.DOUBLE),
                  new Field(4, "seen", Primitive.TIMESTAMP),
                  new Field(5, "tags", new ListOf(6, Primitive.STRING)),
                  new Field(7, "addr", new Struct(List.of(new Field(8, "city", Primitive.STRING)))),
                  new Field(9, "js", Primitive.STRING))),
          "c",
          new Schema(
              List.of(
                  new Field(1, "cid", Primitive.LONG),
                  new Field(2, "name", Primitive.STRING),
                  new Field(3, "total", Primitive.DOUBLE))));

  private static DuckDbEngine engine;

  @BeforeAll
  static void open() {
    engine = DuckDbEngine.open(EngineConfig.defaults(spill, List.of(spill)));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "select id, total as t from o | id: o.id, t: o.total",
        "select o.total + c.total as s from o, c | s: c.total o.total",
        "select 1 as one, 'x' as x, count(*) as n from o | one: -, x: -, n: -",
        "select * from c | cid: c.cid, name: c.name, total: c.total",
        "select c.*, o.id from o join c on o.cid = c.cid | cid: c.cid, name: c.name, total: c.total, id: o.id",
        "select * exclude (total) replace (upper(name) as name) from c | cid: c.cid, name: c.name",
        "select * replace (cid + total as total) from c | cid: c.cid, name: c.name, total: c.cid c.total",
        "select * exclude (cid) rename (name as n) from c | n: c.name, total: c.total",
        "select o.* exclude (addr, tags, js, seen) from o | id: o.id, cid: o.cid, total: o.total",
        "select x from (select total * 2 as x from o) | x: o.total",
        "select q.x from (select total, id from o) q(x, y) | x: o.total",
        "with a as (select id, total as t from o) select t, a.id from a | t: o.total, id: o.id",
        "with a(p, q) as (select id, total from o) select q as z from a | z: o.total",
        "with a as (select cid from o), o as (select name as id from c) select a.cid, o.id from a, o | cid: o.cid, id: c.name",
        "with o as (select id, total + 1 as total from o) select total from o | total: o.total",
        "select id from o union all select cid from c | id: o.id c.cid",
        "select id, total from o except select cid, total from c | id: o.id, total: o.total",
        "select cid from o intersect select cid from c | cid: c.cid o.cid",
        "select total, cid from o union by name select cid, total from c | total: c.total o.total, cid: c.cid o.cid",
        "select cid, sum(total) as s, max(seen) filter (id > 3) as m from o group by cid | cid: o.cid, s: o.total, m: o.id o.seen",
        "select sum(total) over (partition by cid order by seen) as w from o | w: o.cid o.seen o.total",
        "select row_number() over w as r from o window w as (order by id) | r: o.id",
        "select case when id > 1 then total else -1 end as x from o | x: o.id o.total",
        "select total as t, t * 2 as d, d + id as e from o | t: o.total, d: o.total, e: o.id o.total",
        "select total as id, id as x from o | id: o.total, x: o.id",
        "select (select max(name) from c where c.cid = o.cid) as n from o | n: c.name",
        "select id in (select cid from c) as i from o | i: c.cid o.id",
        "select exists (select 1 from c where c.cid = o.cid) as e, id from o | e: ?, id: o.id",
        "select * from o join c using (cid) | id: o.id, cid: o.cid, total: o.total, seen: o.seen, tags: o.tags, addr: o.addr, js: o.js, name: c.name, total: c.total",
        "select cid, o.cid as a, c.cid as b from o full join c using (cid) | cid: c.cid o.cid, a: o.cid, b: c.cid",
        "select cid from o right join c using (cid) | cid: c.cid",
        "select cid, total from (select cid, total from o) natural join c | cid: o.cid, total: o.total",
        "select * from (select cid, id from o) natural join c | cid: o.cid, id: o.id, name: c.name, total: c.total",
        "select * from c semi join o using (cid) | cid: c.cid, name: c.name, total: c.total",
        "select tag from o, unnest(tags) u(tag) | tag: o.tags",
        "select unnest(tags) as tag, id from o | tag: o.tags, id: o.id",
        "select addr.city as city, o.addr.city as c2 from o | city: o.addr, c2: o.addr",
        "select list_transform(tags, lambda t: concat(t, js)) as l from o | l: o.js o.tags",
        "select list_transform(tags, lambda id: concat(id, 'x')) as l from o | l: o.tags",
        "select [upper(x) for x in tags if x <> 'a'] as l from o | l: o.tags",
        "select js -> '$.a' as a, js ->> '$.b' as b from o | a: o.js, b: o.js",
        "select c from c | c: c.cid c.name c.total",
        "select n, id from range(3) r(n), o | n: -, id: o.id",
        "select d.x, o.id from o, lateral (select o.total + 1 as x) d | x: o.total, id: o.id",
        "select v.a, v.b from o, lateral (values (o.id, 1), (2, o.total)) v(a, b) | a: o.id, b: o.total",
        "with recursive n as (select id as i, total as t from o union all select i + 1, i * t from n where i < 5) select i, t from n | i: o.id, t: o.id o.total",
        "pivot c on name in ('a', 'b') using sum(total) group by cid | cid: ?, a: ?, b: ?",
        "select columns('c.*') from c | cid: ?",
        "select current_date as d, $p as p from o | d: -, p: -",
        "select distinct on (cid) id from o order by cid, seen | id: o.id",
        "select struct_pack(a := id, b := total) as s, {'x': cid} as t from o | s: o.id o.total, t: o.cid",
        "select a.id as x, b.id as y from o a join o b on a.id = b.cid | x: o.id, y: o.id",
        "select coalesce(c.name, o.js) as n from o left join c on c.cid = o.cid where o.total > 3 | n: c.name o.js",
        "from o select id where total > 1 | id: o.id",
        "select \"ID\", \"Total\" from o | id: o.id, total: o.total",
        "select key as k, value as v from o, json_each(js) | k: o.js, v: o.js",
        "select grouping(cid) as g, cid from o group by rollup (cid) | g: o.cid, cid: o.cid",
        "values (1, 'a'), (2, 'b') | col0: -, col1: -",
        "select q.name, o.id from o asof join (select name, cid, total from c) q on o.cid = q.cid and o.total >= q.total | name: c.name, id: o.id",
        "select try_cast(js as integer) as i, js::date as d from o | i: o.js, d: o.js",
        "select x.id from (select * from (select id, cid from o)) x | id: o.id",
        "select count(distinct cid) as n, any_value(total order by seen) as a from o | n: o.cid, a: o.seen o.total",
      })
  void lineage_isExactOrUnknown(String sql, String expected) {
    Map<String, Relation> relations =
        INPUTS.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, e -> new Relation.Files(e.getValue(), List.of(), 0)));
    Schema output = engine.describe(new Query(sql, relations, Map.of("p", 1L)));

    ColumnLineage lineage = engine.analyzer().lineage(sql, INPUTS, output);

    assertThat(
            lineage.columns().stream()
                .map(
                    column ->
                        column.name()
                            + ": "
                            + switch (column.derivation()) {
                              case Unknown unknown -> "?";
                              case Known known ->
                                  known.sources().isEmpty()
                                      ? "-"
                                      : known.inOrder().stream()
                                          .map(Object::toString)
                                          .collect(Collectors.joining(" "));
                            })
                .collect(Collectors.joining(", ")))
        .isEqualToIgnoringCase(expected.replace("o.id c.cid", "c.cid o.id"));
  }
}

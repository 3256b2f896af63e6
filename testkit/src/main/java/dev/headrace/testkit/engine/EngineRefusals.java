package dev.headrace.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and in which words; an engine reaches its directories and nothing else. */
@NullUnmarked // As in all tests, a null where none belongs is a failure, not a case to handle.
interface EngineRefusals extends EngineBench {
  // --- errors ---

  @Test
  default void execute_unknownTable_proposesTheNearest() {
    Relation table =
        new Relation.Files(new Schema(List.of(new Field(1, "x", Primitive.INT))), List.of(), 0);
    HeadraceException e =
        catchThrowableOfType(
            HeadraceException.class, () -> rows("select *\nfrom orderz", Map.of("orders", table)));
    assertThat(e).hasMessageContaining("orderz");
    assertThat(e.hint()).contains("orders");
    assertThat(e.location()).contains(new Location("sql", 2, 6));
  }

  @Test
  default void execute_unknownColumn_tellsThePlaceInTheUsersFile() {
    Relation table =
        new Relation.Files(new Schema(List.of(new Field(1, "total", Primitive.INT))), List.of(), 0);
    HeadraceException e =
        catchThrowableOfType(
            HeadraceException.class,
            () ->
                all(
                    new Query(
                            "select 'é', $p,\n  totl from t",
                            Map.of("t", table),
                            Map.of("p", "longer than the name"))
                        .at(new Location("tables/a.sql", 10, 1))));
    assertThat(e.code().kind()).isEqualTo(ErrorKind.INVALID);
    assertThat(e).hasMessageContaining("totl").hasMessageContaining("total");
    assertThat(e.location()).contains(new Location("tables/a.sql", 11, 3));
  }

  @Test
  default void execute_valueThatDoesNotConvert_namesTheValue() {
    assertThatThrownBy(
            () ->
                rows(
                    "select cast(case when range = 90000 then 'abc' else '1' end as integer)"
                        + " from range(100000) as r(range)",
                    Map.of()))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("abc")
        .extracting(e -> ((HeadraceException) e).code().kind())
        .isEqualTo(ErrorKind.INVALID);
  }

  @Test
  default void execute_missingFile_isExternalAndNamed() {
    Relation table =
        new Relation.Files(
            new Schema(List.of(new Field(1, "x", Primitive.INT))),
            List.of(lake().resolve("absent.parquet").toString()),
            1);
    assertThatThrownBy(() -> rows("select * from t", Map.of("t", table)))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("absent.parquet")
        .extracting(e -> ((HeadraceException) e).code().kind())
        .isEqualTo(ErrorKind.EXTERNAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create table x as select 1",
        "drop table t",
        "insert into t values (1)",
        "select 1; select 2",
        "",
        "-- nothing",
        "update t set x = 1",
        "copy t to 'x.csv'",
        "set threads = 1",
        "selec 1",
        "attach 'x.db'",
        "select 1) to 'x.csv'",
        "install httpfs",
        "begin transaction",
        "call x()",
        "select * from (select 1",
        "delete from t",
        "explain select 1",
        "pragma threads=1",
        "export database 'x'",
        "load httpfs",
        "use memory",
        "vacuum",
        "checkpoint"
      })
  default void execute_whatIsNotOneSelect_isInvalid(String sql) {
    Relation table =
        new Relation.Files(new Schema(List.of(new Field(1, "x", Primitive.INT))), List.of(), 0);
    assertThatThrownBy(() -> rows(sql, Map.of("t", table)))
        .isInstanceOf(HeadraceException.class)
        .extracting(e -> ((HeadraceException) e).code().kind())
        .isEqualTo(ErrorKind.INVALID);
  }

  // --- sandbox ---

  @Test
  default void execute_everyEscape_isRefusedAndWritesNothing() throws IOException {
    Path secret = Files.writeString(outside().resolve("secret.csv"), "password\nhunter2\n");
    Path inLake = Files.writeString(lake().resolve("inside.csv"), "a\n1\n");
    Set<String> before = new TreeSet<>(filesIn(outside()));

    List<String> allowed = new ArrayList<>();
    for (Path file : List.of(secret, inLake)) {
      for (String sql : escapes(file, lake())) {
        try {
          List<List<Object>> rows = rows(sql, Map.of());
          allowed.add(sql + " -> " + rows);
        } catch (HeadraceException e) {
          assertThat(e.code().kind()).as(sql + ": " + e).isIn(ErrorKind.INVALID, ErrorKind.DENIED);
          assertThat(e.getMessage()).as(sql).doesNotContain("hunter2");
        }
      }
    }
    assertThat(allowed).isEmpty();
    assertThat(filesIn(outside())).isEqualTo(before);
    assertThat(filesIn(lake())).containsExactly("inside.csv");
  }

  @Test
  default void read_fileOutsideTheDirectories_isDenied() {
    Schema schema = new Schema(List.of(new Field(1, "x", Primitive.LONG)));
    try (SqlEngine other = openEngine(outside())) {
      String path =
          other
              .write(
                  query("select 1 as x"),
                  new WriteTarget(outside(), "f", schema, Optional.empty()),
                  Watch.none())
              .getFirst()
              .path();
      assertThatThrownBy(
              () ->
                  rows(
                      "select * from t", Map.of("t", new Relation.Files(schema, List.of(path), 1))))
          .isInstanceOf(HeadraceException.class)
          .extracting(e -> ((HeadraceException) e).code().kind())
          .isEqualTo(ErrorKind.DENIED);
    }
  }

  @Test
  default void write_outsideTheDirectories_isDenied() {
    Schema schema = new Schema(List.of(new Field(1, "x", Primitive.LONG)));
    assertThatThrownBy(
            () ->
                engine()
                    .write(
                        query("select 1 as x"),
                        new WriteTarget(outside(), "f", schema, Optional.empty()),
                        Watch.none()))
        .isInstanceOf(HeadraceException.class)
        .extracting(e -> ((HeadraceException) e).code().kind())
        .isEqualTo(ErrorKind.DENIED);
    assertThat(filesIn(outside())).isEmpty();
  }
}

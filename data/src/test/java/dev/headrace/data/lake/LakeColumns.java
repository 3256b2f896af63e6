package dev.headrace.data.lake;

import static dev.headrace.data.lake.LakeBench.base;
import static dev.headrace.data.lake.LakeBench.code;
import static dev.headrace.spi.schema.Type.Primitive.DOUBLE;
import static dev.headrace.spi.schema.Type.Primitive.FLOAT;
import static dev.headrace.spi.schema.Type.Primitive.INT;
import static dev.headrace.spi.schema.Type.Primitive.LONG;
import static dev.headrace.spi.schema.Type.Primitive.STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables whose columns change. */
interface LakeColumns extends LakeBench {

  @Test
  default void append_ofANewColumnAndAWiderTypeEvolvesTheTable() {
    Schema narrow =
        new Schema(
            List.of(
                Field.unassigned("i", INT),
                Field.unassigned("f", FLOAT),
                Field.unassigned("d", new Type.Decimal(4, 1))));
    Schema wide =
        new Schema(
            List.of(
                Field.unassigned("added", STRING),
                Field.unassigned("I", LONG),
                Field.unassigned("f", DOUBLE),
                Field.unassigned("d", new Type.Decimal(20, 1))));
    Snapshot first = append(ORDERS, NOTHING, narrow, "select 1 as i, 0.5 as f, 1.5 as d");
    Snapshot second =
        append(
            ORDERS,
            base(first),
            wide,
            "select 'x' as added, 5000000000 as i, 0.1 as f, 123456789.5 as d");

    assertThat(second.schema().names()).containsExactly("i", "f", "d", "added");
    assertThat(second.schema().fields()).extracting(Field::id).containsExactly(1, 2, 3, 4);
    assertThat(duck().query(scan(second), "select i, f, d, added from t order by i"))
        .hasToString("[[1, 0.5, 1.5, null], [5000000000, 0.1, 123456789.5, x]]");
    assertThat(scan(first).schema()).isEqualTo(first.schema());
    assertThat(duck().query(scan(first), "select i, f, d from t")).hasToString("[[1, 0.5, 1.5]]");
    // The bounds of the first file were written as int and are read as long.
    assertThat(lake().files(ORDERS, second.snapshotId(), new Between("i", 0L, 10L)))
        .singleElement()
        .satisfies(file -> assertThat(file.columns().get(1).upper()).isEqualTo(1L));
    assertThat(lake().files(ORDERS, second.snapshotId(), new Between("d", 2, null))).hasSize(1);
  }

  @Test
  default void append_ofANarrowerTypeKeepsTheWiderOne() {
    Schema wide = new Schema(List.of(Field.unassigned("i", LONG)));
    Snapshot first = append(ORDERS, NOTHING, wide, "select 5000000000 as i");
    Schema narrow = new Schema(List.of(Field.unassigned("i", INT)));
    assertThat(lake().assignIds(ORDERS, base(first), narrow, Evolution.WIDEN))
        .isEqualTo(first.schema());
  }

  @Test
  default void append_withoutAColumnGivesNulls() {
    Snapshot first = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Schema fewer = new Schema(List.of(Field.unassigned("NAME", STRING)));
    Snapshot second = append(ORDERS, base(first), fewer, "select 'b' as name");
    assertThat(second.schema()).isEqualTo(first.schema());
    assertThat(duck().query(scan(second), "select id, name from t order by name"))
        .hasToString("[[1, a], [null, b]]");
  }

  @Test
  default void append_evolvesNestedFields() {
    Schema one =
        new Schema(
            List.of(
                Field.unassigned("s", struct(Field.unassigned("a", INT))),
                Field.unassigned("l", new Type.ListOf(0, struct(Field.unassigned("x", INT)))),
                Field.unassigned("m", new Type.MapOf(0, STRING, 0, INT))));
    Schema two =
        new Schema(
            List.of(
                Field.unassigned(
                    "s", struct(Field.unassigned("b", STRING), Field.unassigned("A", LONG))),
                Field.unassigned(
                    "l",
                    new Type.ListOf(
                        0, struct(Field.unassigned("x", INT), Field.unassigned("y", INT))))));
    Snapshot first =
        append(ORDERS, NOTHING, one, "select {'a': 1} as s, [{'x': 1}] as l, map {'k': 1} as m");
    assertThat(first.schema().toString())
        .contains("Field[id=1, name=s", "Field[id=2, name=l", "Field[id=3, name=m");
    Snapshot second =
        append(
            ORDERS,
            base(first),
            two,
            "select {'b': 'x', 'A': 5000000000} as s, [{'x': 2, 'y': 3}] as l");

    Type.Struct s = (Type.Struct) second.schema().fields().getFirst().type();
    assertThat(s.fields()).extracting(Field::name).containsExactly("a", "b");
    assertThat(s.fields().getFirst().type()).isEqualTo(LONG);
    assertThat(s.fields().getFirst().id()).isEqualTo(4);
    assertThat(second.rows()).isEqualTo(2);
    assertThat(lake().files(ORDERS, second.snapshotId(), new Between("s.a", 2, null)))
        .singleElement()
        .satisfies(file -> assertThat(file.columns().get(4).upper()).isEqualTo(5_000_000_000L));
    // Values inside lists are not rows: nothing is known of them.
    assertThat(lake().files(ORDERS, second.snapshotId()).getFirst().columns().keySet())
        .doesNotContain(5, 6, 7, 8);
  }

  @Test
  default void append_ofARenamedColumnKeepsItsRows() {
    Snapshot first = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Schema renamed = new Schema(List.of(new Field(1, "id", INT), new Field(2, "title", STRING)));
    Snapshot second =
        commit(
            ORDERS,
            base(first),
            renamed,
            Layout.whole(),
            new Change.Append(
                duck()
                    .write(
                        lake().stagingDirectory(ORDERS), renamed, "select 2 as id, 'b' as title")));
    assertThat(second.schema().names()).containsExactly("id", "title");
    assertThat(read(second)).containsExactly(List.of(1, "a"), List.of(2, "b"));
  }

  @Test
  default void assignIds_ofATypeThatDoesNotFitNamesColumnAndTypes() {
    Snapshot first =
        append(
            ORDERS,
            NOTHING,
            new Schema(List.of(Field.unassigned("s", struct(Field.unassigned("a", INT))))),
            "select {'a': 1} as s");
    Schema other =
        new Schema(List.of(Field.unassigned("s", struct(Field.unassigned("a", STRING)))));

    assertThatThrownBy(() -> lake().assignIds(ORDERS, base(first), other, Evolution.WIDEN))
        .satisfies(code(LakeError.LAKE_TYPE_CONFLICT))
        .hasMessage(
            "Cannot store table 'orders': column 's.a' is int and the new rows have string.");
    assertThat(
            lake()
                .assignIds(ORDERS, base(first), other, Evolution.REPLACE)
                .fields()
                .getFirst()
                .id())
        .isEqualTo(3);
  }

  @Test
  default void assignIds_ofNamesThatDifferByCaseIsRefused() {
    Schema twice = new Schema(List.of(Field.unassigned("Id", INT), Field.unassigned("ID", INT)));
    assertThatThrownBy(() -> lake().assignIds(ORDERS, NOTHING, twice, Evolution.WIDEN))
        .satisfies(code(LakeError.LAKE_DUPLICATE_COLUMN));
  }

  @Test
  default void assignIds_isWhatTheCommitUses() {
    Schema wanted =
        new Schema(
            List.of(
                Field.unassigned(
                    "s", struct(Field.unassigned("a", INT), Field.unassigned("b", INT))),
                Field.unassigned("i", INT)));
    Schema ids = lake().assignIds(ORDERS, NOTHING, wanted, Evolution.WIDEN);
    assertThat(lake().assignIds(ORDERS, NOTHING, wanted, Evolution.WIDEN)).isEqualTo(ids);
    Snapshot snapshot = append(ORDERS, NOTHING, wanted, "select {'a': 1, 'b': 2} as s, 3 as i");
    assertThat(snapshot.schema()).isEqualTo(ids);
    assertThat(ids.fields()).extracting(Field::id).containsExactly(1, 2);
  }

  private static Type.Struct struct(Field... fields) {
    return new Type.Struct(List.of(fields));
  }
}

package dev.headrace.ml.features.internal;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.internal.walk.KeyKind;
import dev.headrace.ml.features.internal.walk.LabelWalk;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Keys as a walk reads them: texts and whole numbers, of rows and of labels. */
final class WalkedKeys {
  private static final String LARGEST =
      "select max(n) from (select count(*) as n from %s r group by %s) g";

  /** Entities of one hash count as one: few groups, and none of them smaller than an entity. */
  private static final String LARGEST_AT_MOST =
      "select max(n) from (select count(*) as n from %s r group by hash(%s) & 4095) g";

  private WalkedKeys() {}

  static List<KeyKind> kinds(ViewRows rows) {
    return rows.keys().stream()
        .map(key -> isText(key.type()) ? KeyKind.TEXT : KeyKind.WHOLE)
        .toList();
  }

  /** SQL of the keys and the time of the rows, as {@link ViewRows#select} names them. */
  static List<String> columns(ViewRows rows) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < rows.keys().size(); i++) {
      columns.add(key("k" + i, rows.keys().get(i).type()));
    }
    columns.add("e");
    return columns;
  }

  /**
   * What a walk reads of labels; see {@link LabelWalk#labels}.
   *
   * @param carried columns of the labels that come back as they are
   */
  static Query labels(ViewRows rows, LabelCheck checked, List<Field> carried) {
    List<String> columns = new ArrayList<>();
    List<String> present = new ArrayList<>();
    for (Field key : rows.keys()) {
      Field field = checked.columns().field(key.name()).orElseThrow();
      String name = SqlQuotes.identifier(field.name());
      String read = key(name, field.type());
      columns.add(isText(field.type()) ? read : "coalesce(" + read + ", 0)");
      present.add(name + " is not null");
    }
    Field time = checked.time();
    String moment = Dialect.micros(SqlQuotes.identifier(time.name()), time.type());
    columns.add("coalesce(%s, %d)".formatted(moment, LabelWalk.NEVER));
    present.add(SqlQuotes.identifier(time.name()) + " is not null");
    columns.add("cast(" + String.join(" and ", present) + " as bigint)");
    carried.forEach(
        field -> columns.add(WalkedValues.word(SqlQuotes.identifier(field.name()), field.type())));
    return Query.of(
        columns.stream().collect(Collectors.joining(", ", "select ", " from " + LabelCheck.LABELS)),
        Map.of(LabelCheck.LABELS, checked.labels().relation()));
  }

  /**
   * How many rows the entity with most has.
   *
   * @param exactly otherwise a number that is not smaller, and found in a tenth of the time
   */
  static Query rowsOfLargest(ViewRows rows, boolean exactly) {
    return largest(
        exactly, "(" + rows.select() + ")", rows.keyNames(), rows.source(), rows.relation());
  }

  /** How many labels the entity with most has. */
  static Query labelsOfLargest(ViewRows rows, LabelCheck checked, boolean exactly) {
    List<String> names = rows.keys().stream().map(key -> SqlQuotes.identifier(key.name())).toList();
    return largest(
        exactly, LabelCheck.LABELS, names, LabelCheck.LABELS, checked.labels().relation());
  }

  private static Query largest(
      boolean exactly, String from, List<String> keys, String name, Relation relation) {
    String sql = exactly ? LARGEST : LARGEST_AT_MOST;
    return Query.of(sql.formatted(from, String.join(", ", keys)), Map.of(name, relation));
  }

  private static boolean isText(Type type) {
    return type == Type.Primitive.STRING || type == Type.Primitive.UUID;
  }

  /** A key as a text or a whole number, one for one. */
  private static String key(String column, Type type) {
    return switch (type) {
      case Type.Primitive.STRING -> column;
      case Type.Primitive.UUID -> "cast(" + column + " as varchar)";
      case Type.Primitive.DATE -> Dialect.micros(column, type);
      default -> "cast(" + column + " as bigint)";
    };
  }
}

package dev.headrace.data.quality.internal;

import dev.headrace.data.quality.PlannedCheck;
import dev.headrace.spi.schema.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Queries about checks that compare rows with other rows. */
public final class GroupScan {
  private GroupScan() {}

  /**
   * A query that yields 0 exactly when no value of a whole-number column repeats, else a positive
   * number; empty for other keys.
   *
   * <p>Values are grouped by blocks of 32 neighbours; a block holds a repeat exactly when it has
   * more rows than distinct offsets, which fit in the bits of one number. Keys that are mostly
   * consecutive, as most are, need 1/32 of the groups, and no keys need more of them than grouping
   * by the value itself.
   */
  public static Optional<String> repeatingBlocks(PlannedCheck check, Probe.Distinct probe) {
    return wholeNumber(probe)
        .map(column -> "cast(" + column + " as bigint)")
        .map(
            value ->
                """
                select count(*) from (
                  select count(*) as __rows,
                    bit_or(cast(1 as bigint) << cast(%1$s & 31 as int)) as __seen
                  from %2$s
                  where %3$s
                  group by %1$s >> 5) as __blocks
                where bit_count(__seen) < __rows"""
                    .formatted(value, Sql.name(Sql.THIS), selected(check, probe.columns())));
  }

  /**
   * A query that yields how many values of the column are repeats of others, by an aggregate that
   * counts different ones.
   *
   * @param countDistinct the aggregate; null over no value
   */
  public static String repeatsByBits(
      PlannedCheck check, Probe.Distinct probe, String countDistinct) {
    return "select count(%s) - coalesce(%s, 0)\nfrom %s%s"
        .formatted(Sql.names(probe.columns()), countDistinct, Sql.name(Sql.THIS), where(check));
  }

  /** The column of a key, or one that refers to a key, that is a whole number, quoted. */
  static Optional<String> wholeNumber(Probe probe) {
    return switch (probe) {
      case Probe.Distinct(List<Field> fields) when fields.size() == 1 ->
          wholeNumber(fields.getFirst());
      case Probe.Referring referring when wholeNumber(referring.key()).isPresent() ->
          wholeNumber(referring.field());
      default -> Optional.empty();
    };
  }

  private static Optional<String> wholeNumber(Field field) {
    return Literals.isInteger(field.type())
        ? Optional.of(Sql.name(field.name()))
        : Optional.empty();
  }

  /** A query that yields how many keys the other table has, repeats included. */
  public static String keys(Probe.Referring probe) {
    return "select count(%s) from %s"
        .formatted(Sql.name(probe.key().name()), Sql.name(probe.relation()));
  }

  /**
   * A query that yields how many of the numbers between the bounds are keys of the other table.
   *
   * @param countDistinct an aggregate that counts different keys; null over none
   */
  public static String keysBetween(Probe.Referring probe, KeyRange bounds, String countDistinct) {
    return "select coalesce(%s, 0)\nfrom %s\nwhere %s between %d and %d"
        .formatted(
            countDistinct,
            Sql.name(probe.relation()),
            Sql.name(probe.key().name()),
            bounds.least(),
            bounds.greatest());
  }

  /** A query that yields the number of repeated values and the rows that hold them. */
  public static String repeats(PlannedCheck check, Probe.Distinct probe) {
    return "select count(*), coalesce(sum(__rows), 0) from (\n"
        + groups(check, probe, "count(*) as __rows")
        + ") as __repeats";
  }

  /** The condition under which a row holds a repeated value. */
  public static String isRepeat(PlannedCheck check, Probe.Distinct probe) {
    String names = Sql.names(probe.columns());
    return selected(check, probe.columns())
        + " and "
        + (probe.columns().size() == 1 ? names : "(" + names + ")")
        + " in (\n"
        + groups(check, probe, names)
        + ")";
  }

  /**
   * A query that yields the number of rows that have a value, and of those whose value is in the
   * other table: all values are there exactly when both are equal. To count what joins takes half
   * the time of counting what does not. Null joins nothing, so nobody has to look for it: a count
   * of values is told by the files' metadata.
   */
  public static String matches(PlannedCheck check, Probe.Referring probe) {
    return """
    select
      (select count(%1$s) from %2$s%3$s),
      (select count(*)
       from (select %1$s from %2$s%3$s) as __rows
       join (select distinct %4$s as __key from %5$s) as __keys on %1$s = __key)"""
        .formatted(
            Sql.name(probe.field().name()),
            Sql.name(Sql.THIS),
            where(check),
            Sql.name(probe.key().name()),
            Sql.name(probe.relation()));
  }

  /** A query that yields the number of rows whose value is missing in the other table. */
  public static String orphans(PlannedCheck check, Probe.Referring probe) {
    return "select count(*), min("
        + Sql.name(probe.field().name())
        + ")\n"
        + fromOrphans(check, probe, Sql.name(probe.field().name()));
  }

  /**
   * FROM and WHERE of the rows whose value is missing in the other table.
   *
   * <p>Not NOT EXISTS, which took nine times as long on DuckDB 2.0, and not NOT IN, which Spark
   * runs as a nested loop.
   *
   * @param columns the columns to offer, with the checked one among them
   */
  public static String fromOrphans(PlannedCheck check, Probe.Referring probe, String columns) {
    return """
    from (select %s from %s where %s) as __rows
    left join (select distinct %s as __key from %s) as __keys
    on %s = __key
    where __key is null"""
        .formatted(
            columns,
            Sql.name(Sql.THIS),
            selected(check, probe.columns()),
            Sql.name(probe.key().name()),
            Sql.name(probe.relation()),
            Sql.name(probe.field().name()));
  }

  private static String groups(PlannedCheck check, Probe.Distinct probe, String select) {
    return "  select "
        + select
        + " from "
        + Sql.name(Sql.THIS)
        + "\n  where "
        + selected(check, probe.columns())
        + "\n  group by "
        + Sql.names(probe.columns())
        + " having count(*) > 1";
  }

  private static String where(PlannedCheck check) {
    return check.where().map(condition -> " where " + Sql.users(condition)).orElse("");
  }

  private static String selected(PlannedCheck check, List<String> columns) {
    List<String> terms = new ArrayList<>();
    check.where().map(Sql::users).ifPresent(terms::add);
    terms.add(
        columns.stream()
            .map(column -> Sql.name(column) + " is not null")
            .collect(Collectors.joining(" and ")));
    return String.join(" and ", terms);
  }
}

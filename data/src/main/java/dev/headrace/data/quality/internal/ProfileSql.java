package dev.headrace.data.quality.internal;

import dev.headrace.data.quality.ColumnProfile;
import dev.headrace.data.quality.ColumnProfile.Histogram;
import dev.headrace.spi.schema.Field;
import java.util.stream.Collectors;

/**
 * The SQL of profiles. Quantiles have no portable spelling: this is the one place that knows the
 * engines apart.
 */
public final class ProfileSql {
  private static final int TOP = 5;

  private final boolean spark;

  /**
   * @param engineName as {@code headrace.yaml} has it
   */
  public ProfileSql(String engineName) {
    this.spark = engineName.equals("spark");
  }

  /** The column without NaN and infinities. */
  public String finite(Field field) {
    String column = Sql.name(field.name());
    return Literals.isFloating(field.type())
        ? "case when not isnan(%1$s) and abs(%1$s) < cast('Infinity' as double) then %1$s end"
            .formatted(column)
        : column;
  }

  /** The column as a number of double precision; times in microseconds since 1970. */
  public String number(Field field) {
    if (!Literals.isTemporal(field.type())) {
      return "cast(" + finite(field) + " as double)";
    }
    return "cast(epoch_us(" + Sql.name(field.name()) + ") as double)";
  }

  /** The list of the profile's quantiles of the column. */
  public String quantiles(Field field) {
    String probabilities =
        ColumnProfile.QUANTILES.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return spark
        ? "percentile_approx(" + finite(field) + ", array(" + probabilities + "))"
        : "approx_quantile(" + finite(field) + ", [" + probabilities + "])";
  }

  /** Rows {@code (column, 'top', value, rows)} for the most frequent values. */
  public String top(int number, Field field) {
    String column = Sql.name(field.name());
    return """
    (select %s as __column, 'top' as __figure, cast(%2$s as string) as __value, count(*) as __rows
    from %3$s where %2$s is not null
    group by %2$s order by count(*) desc, %2$s limit %4$s)\
    """
        .formatted(number, column, Sql.name(Sql.THIS), TOP);
  }

  /** Rows {@code (column, 'bin', bin, rows)} for the bins that are not empty. */
  public String bins(int number, Field field, double low, double high) {
    String width = literal((high - low) / Histogram.BINS);
    return """
    (select %s as __column, 'bin' as __figure, cast(__bin as string) as __value, count(*) as __rows
    from (
      select greatest(0, least(%s, cast(floor((__x - %s) / %s) as int))) as __bin
      from (select %s as __x from %s) as __numbers where __x is not null) as __bins
    group by __bin)\
    """
        .formatted(
            number, Histogram.BINS - 1, literal(low), width, number(field), Sql.name(Sql.THIS));
  }

  private static String literal(double number) {
    return "cast('" + number + "' as double)";
  }
}

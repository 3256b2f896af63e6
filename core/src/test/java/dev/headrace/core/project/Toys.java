package dev.headrace.core.project;

import dev.headrace.core.project.spec.Body;
import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Inline;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.core.project.spec.Secret;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Two kinds of asset that use every way to write something. */
public final class Toys {
  private Toys() {}

  public static final ConfigSection<Duck> DUCK = ConfigSection.option("engine", "duck", Duck.class);
  public static final ConfigSection<Goose> GOOSE =
      ConfigSection.option("engine", "goose", Goose.class);
  public static final ConfigSection<Pond> POND = ConfigSection.of("pond", Pond.class);

  public static ProjectLoader loader() {
    return new ProjectLoader(List.of(new Raw(), new Derived()), List.of(DUCK, GOOSE, POND));
  }

  @Doc("What swims on the pond.")
  public record Duck(
      @Doc("Memory it may take.") @Default("4GiB") ByteSize memory,
      @Doc("Threads it may take.") @Nullable Integer threads) {}

  public record Goose(@Doc("Where it is.") String url, @Nullable Secret password) {}

  @Doc("Where they swim.")
  public record Pond(@Default("10m") Duration idle, @Default("{}") Map<String, Double> depths) {}

  @Doc("A raw table.")
  public record RawSpec(
      @Doc("Globs of the files.") List<String> files,
      @Doc("How they are written; by extension where absent.") @Nullable Format format,
      @Doc("What happens to rows of earlier loads.") @Default("append") Load load,
      @Doc("Types that override what is inferred.") @Default("{}") Map<String, ColumnType> columns,
      @Doc("Columns that tell rows apart.") @Default("[]") List<String> key,
      @Doc("Rejected rows that stop a run.") @Default("5%") Percentage maxRejected,
      @Doc("Wait for late files.") @Default("0s") Duration patience,
      @Doc("First day.") @Nullable LocalDate since,
      @Doc("Most bytes of a file.") @Nullable ByteSize maxBytes,
      @Doc("A weight.") @Nullable BigDecimal weight,
      @Doc("A factor.") @Nullable Double factor,
      @Doc("A count.") @Nullable Long count,
      @Doc("Whether the first line is names.") @Default("true") boolean header,
      @Doc("Labels.") @Default("[]") SortedSet<String> tags,
      @Doc("What reads them.") @Nullable Password login,
      @Doc("Places.") @Default("[]") Set<Format> alsoAs,
      @Doc("What must hold.") @Default("[]") List<Check> checks,
      @Doc("A word that Java reserves.") @Nullable String default_) {}

  public record Password(String user, Secret password) {}

  public enum Format {
    @Doc("Comma-separated values.")
    CSV,
    JSON_LINES,
    PARQUET
  }

  public enum Load {
    APPEND,
    REPLACE
  }

  @Doc("A column type such as text, number or decimal(12,2).")
  public record ColumnType(String name) {
    public static ColumnType parse(String text) {
      if (!text.matches("text|number|timestamp|decimal\\(\\d+,\\d+\\)")) {
        throw new IllegalArgumentException("must be text, number, timestamp or decimal(p,s)");
      }
      return new ColumnType(text);
    }
  }

  public record Check(
      @Inline Test test,
      @Doc("What a violation does.") @Default("error") Severity severity,
      @Nullable String where) {}

  public enum Severity {
    WARN,
    ERROR
  }

  @Doc("What is tested.")
  public sealed interface Test {}

  @Doc("Columns without nulls.")
  public record NotNull(List<String> columns) implements Test {}

  @Doc("The values that may occur.")
  public record AcceptedValues(Map<String, List<String>> byColumn) implements Test {}

  @Doc("Smallest and largest value by column.")
  public record Range(Map<String, Bounds> byColumn) implements Test {}

  @Doc("A condition that holds for the table.")
  public record Sql(String statement) implements Test {}

  @Doc("There is at least one row.")
  public record Rows() implements Test {}

  public record ForeignKey(String column, String table, @Default("id") String to) implements Test {}

  public record Bounds(@Nullable BigDecimal min, @Nullable BigDecimal max) {
    public Bounds {
      if (min != null && max != null && min.compareTo(max) > 0) {
        throw new IllegalArgumentException("has min " + min + " above max " + max);
      }
    }
  }

  /** A YAML kind. */
  public static final class Raw implements Kind<RawSpec> {
    @Override
    public String name() {
      return "raw";
    }

    @Override
    public String folder() {
      return "raws";
    }

    @Override
    public FileForm form() {
      return FileForm.YAML;
    }

    @Override
    public Class<RawSpec> specType() {
      return RawSpec.class;
    }

    @Override
    public List<String> tables(String assetName) {
      return List.of(assetName, assetName + "__rejected");
    }

    @Override
    public Definition define(Declaration<RawSpec> declaration, Scope scope, Problems problems) {
      return new Definition(
          List.of(),
          List.of(),
          declaration.spec().toString(),
          "",
          List.of(),
          declaration.spec().tags());
    }
  }

  @Doc("A derived table.")
  public record DerivedSpec(
      @Doc("How it is kept.") @Default("table") Materialize materialize,
      @Doc("Labels.") @Default("[]") SortedSet<String> tags,
      @Body SqlText sql,
      @Doc("What must hold.") @Default("[]") List<Check> checks) {}

  @Doc("How a table is kept.")
  public sealed interface Materialize {}

  @Doc("Computed on every read.")
  public record View() implements Materialize {}

  @Doc("Rebuilt as a whole.")
  public record Table() implements Materialize {}

  @Doc("Built by day.")
  public record ByTime(@Doc("Event time.") String column, @Default("0s") Duration lookback)
      implements Materialize {}

  /** A SQL kind; its inputs are the words behind "from" and "join". */
  public static final class Derived implements Kind<DerivedSpec> {
    private static final Pattern INPUT = Pattern.compile("\\b(?:from|join)\\s+(\\w+)");

    @Override
    public String name() {
      return "derived";
    }

    @Override
    public String folder() {
      return "deriveds";
    }

    @Override
    public FileForm form() {
      return FileForm.SQL;
    }

    @Override
    public Class<DerivedSpec> specType() {
      return DerivedSpec.class;
    }

    @Override
    public Definition define(Declaration<DerivedSpec> declaration, Scope scope, Problems problems) {
      SqlText sql = declaration.spec().sql();
      List<String> inputs = new ArrayList<>();
      int line = 1;
      for (String text : sql.text().split("\n")) {
        Matcher input = INPUT.matcher(text);
        while (input.find()) {
          String table = input.group(1);
          if (scope.tables().contains(table)) {
            inputs.add(table);
          } else {
            problems.add(
                sql.at(line, input.start(1) + 1),
                "There is no table '" + table + "'.",
                scope.nearest(table).map(near -> "Did you mean '" + near + "'?").orElse(""));
          }
        }
        line++;
      }
      return new Definition(
          inputs.stream().distinct().toList(),
          List.of(),
          sql.text(),
          declaration.spec().checks().toString(),
          List.of(),
          new TreeSet<>(declaration.spec().tags()));
    }
  }
}

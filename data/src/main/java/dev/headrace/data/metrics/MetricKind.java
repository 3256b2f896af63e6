package dev.headrace.data.metrics;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The kind {@code metric}: files {@code metrics/*.yaml}. */
public final class MetricKind implements Kind<MetricSpec> {
  /** The kind's name. */
  public static final String NAME = "metric";

  private final BiFunction<String, Location, SqlAnalysis> analyzer;

  /**
   * @param analyzer reads a statement that begins at a place; throws {@link HeadraceException} for
   *     one that is not a SELECT
   */
  public MetricKind(BiFunction<String, Location, SqlAnalysis> analyzer) {
    this.analyzer = analyzer;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String folder() {
    return "metrics";
  }

  @Override
  public FileForm form() {
    return FileForm.YAML;
  }

  @Override
  public Class<MetricSpec> specType() {
    return MetricSpec.class;
  }

  @Override
  public boolean isBuilt() {
    return false;
  }

  @Override
  public Definition define(Declaration<MetricSpec> declaration, Scope scope, Problems problems) {
    Reading reading = new Reading(declaration, scope, problems);
    return switch (declaration.spec().measure()) {
      case Measure.Count(String counted) -> reading.ofRows(Counted.parse(counted).expression());
      case Measure.Sum(String value) -> reading.ofRows(value);
      case Measure.Mean(String value) -> reading.ofRows(value);
      case Measure.Proportion(String condition) -> reading.ofRows(condition);
      case Measure.Quantile quantile -> reading.quantile(quantile);
      case Measure.Retention retention -> reading.retention(retention);
      case Measure.Funnel funnel -> reading.funnel(funnel);
      case Measure.Ratio ratio -> reading.ratio(ratio);
      case Measure.Derived derived -> reading.derived(derived);
    };
  }

  /** One declaration being read. */
  private final class Reading {
    private final Declaration<MetricSpec> declaration;
    private final MetricSpec spec;
    private final Scope scope;
    private final Problems problems;
    private final Set<String> inputs = new LinkedHashSet<>();
    private final List<String> identity = new ArrayList<>();

    Reading(Declaration<MetricSpec> declaration, Scope scope, Problems problems) {
      this.declaration = declaration;
      this.spec = declaration.spec();
      this.scope = scope;
      this.problems = problems;
    }

    Definition ofRows(String expression) {
      String key = word();
      overTable(key);
      boolean bounded =
          spec.measure() instanceof Measure.Sum
              || spec.measure() instanceof Measure.Mean
              || spec.measure() instanceof Measure.Quantile;
      if (spec.cap() != null && !bounded) {
        add("cap", "'cap' belongs to sum, mean and quantile, not to " + key + ".", "Remove it.");
      }
      if (spec.entity() != null && !(spec.measure() instanceof Measure.Proportion)) {
        add(
            "entity",
            "'entity' belongs to proportion, retention and funnel, not to " + key + ".",
            "Remove it; to count entities write count: distinct COLUMN.");
      }
      Duration window = spec.window();
      if (window != null && (window.isZero() || window.isNegative())) {
        add("window", "A window of no time holds no rows.", "Write for example 7d.");
      }
      if (window != null && spec.cap() != null && spec.cap().quantile() != null) {
        add(
            "cap.quantile",
            "A window has no quantile of all values as its limit: rows are in several windows.",
            "Write the limit as 'max', or leave out the window.");
      }
      String table = spec.table();
      if (table != null) {
        expression(key, expression, table);
      }
      return definition();
    }

    Definition quantile(Measure.Quantile quantile) {
      if (quantile.at().percent().signum() == 0 || quantile.at().fraction() == 1) {
        add(
            "quantile.at",
            "The quantile "
                + quantile.at()
                + " is the least or the greatest value, which no"
                + " sample tells.",
            "Write a share between them, such as 90%.");
      }
      return ofRows(quantile.value());
    }

    Definition retention(Measure.Retention retention) {
      noWindow("retention");
      overTable("retention");
      entity("retention");
      if (retention.after() < 1 || retention.last() < retention.after()) {
        add(
            "retention.after",
            "The periods %d to %d after the first are none to come back in."
                .formatted(retention.after(), retention.last()),
            "Count from 1, and let 'until' be no less than 'after'.");
      }
      if (retention.activity() != null) {
        table("retention.activity", retention.activity());
      }
      return definition();
    }

    Definition funnel(Measure.Funnel funnel) {
      entity("funnel");
      if (spec.where() != null) {
        add("where", "A funnel has no 'where' of its own.", "Put it into its steps.");
      }
      noCap("funnel");
      noWindow("funnel");
      if (funnel.steps().size() < 2) {
        add("funnel.steps", "A funnel of one step leads nowhere.", "Name two steps or more.");
      }
      if (funnel.within().isZero() || funnel.within().isNegative()) {
        add("funnel.within", "No time is left to take the steps in.", "Write for example 7d.");
      }
      Set<String> names = new TreeSet<>();
      for (int i = 0; i < funnel.steps().size(); i++) {
        Measure.Step step = funnel.steps().get(i);
        String place = "funnel.steps[" + i + "]";
        if (!step.name().matches("[a-z][a-z0-9_]*") || !names.add(step.name())) {
          add(
              place + ".name",
              "The step's name '"
                  + step.name()
                  + "' is taken or has other characters than"
                  + " lower-case letters, digits and '_'.",
              "Name it so that funnel.step means one step.");
        }
        String table = step.table() == null ? spec.table() : step.table();
        if (table == null) {
          add(place, "The step '" + step.name() + "' has no table.", "Add 'table: NAME'.");
        } else {
          table(place + ".table", table);
          if (step.where() != null) {
            expression(place + ".where", step.where(), table);
          }
        }
      }
      return definition();
    }

    Definition ratio(Measure.Ratio ratio) {
      ofMetrics("ratio");
      metric("ratio.numerator", ratio.numerator());
      metric("ratio.denominator", ratio.denominator());
      return definition();
    }

    Definition derived(Measure.Derived derived) {
      ofMetrics("derived");
      SortedSet<String> metrics = scope.assetsOf(NAME);
      List<String> named = MetricNames.in(derived.expression());
      for (String name : named) {
        metric("derived", name);
      }
      if (named.isEmpty()) {
        add("derived", "The expression names no metric.", Names.suggest("", metrics));
      }
      analyze("derived", "select\n" + derived.expression(), Set.of());
      return definition();
    }

    private void ofMetrics(String word) {
      noCap(word);
      noWindow(word);
      absent("table", spec.table(), word);
      absent("entity", spec.entity(), word);
      absent("time", spec.time(), word);
      absent("where", spec.where(), word);
      if (spec.minimumSample() > 0 && spec.measure() instanceof Measure.Derived) {
        add(
            "minimum-sample",
            "A derived metric has no sample of its own.",
            "Set 'minimum-sample' in the metrics it is made of.");
      }
    }

    private void noCap(String word) {
      if (spec.cap() != null) {
        add("cap", "'cap' belongs to sum, mean and quantile, not to " + word + ".", "Remove it.");
      }
    }

    private void noWindow(String word) {
      if (spec.window() != null) {
        add(
            "window",
            "'window' belongs to count, sum, mean, proportion and quantile, not to " + word + ".",
            spec.measure() instanceof Measure.OfMetrics
                ? "Set it in the metrics that this one is made of."
                : "Remove it: how long to wait is said there.");
      }
    }

    private void absent(String key, @Nullable String value, String word) {
      if (value != null) {
        add(
            key,
            "'" + key + "' belongs to metrics over a table, not to " + word + ".",
            "Set it in the metrics that this one is made of.");
      }
    }

    private void overTable(String word) {
      String table = spec.table();
      if (table == null) {
        add("", "A " + word + " measures a table, but none is named.", "Add 'table: NAME'.");
        return;
      }
      table("table", table);
      if (spec.where() != null) {
        expression("where", spec.where(), table);
      }
      Cap cap = spec.cap();
      if (cap != null) {
        if (cap.min() == null && cap.max() == null && cap.quantile() == null) {
          add("cap", "The cap has no limit.", "Add 'min', 'max' or 'quantile'.");
        }
        if (cap.min() != null && cap.max() != null && cap.min().compareTo(cap.max()) >= 0) {
          add(
              "cap.min",
              "The cap's 'min' of %s is not below its 'max' of %s.".formatted(cap.min(), cap.max()),
              "Exchange them.");
        }
        if (cap.max() != null && cap.quantile() != null) {
          add("cap.quantile", "The cap has two upper limits.", "Keep 'max' or 'quantile'.");
        }
      }
      if (spec.minimumSample() < 0) {
        add("minimum-sample", "A sample cannot have " + spec.minimumSample() + " rows.", "");
      }
    }

    private void entity(String word) {
      if (spec.entity() == null) {
        add(
            "",
            "A " + word + " follows entities, but no 'entity' is named.",
            "Add 'entity: COLUMN', such as user_id.");
      }
    }

    private void table(String key, String table) {
      String name = table.toLowerCase(Locale.ROOT);
      if (scope.tables().contains(name)) {
        inputs.add(name);
      } else if (scope.assetsOf(NAME).contains(name)) {
        add(key, "'" + table + "' is a metric, not a table.", "Use it in a ratio or derived.");
      } else {
        add(
            key,
            "unknown table '" + table + "'",
            scope
                .nearest(name)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("declare it under sources/ or tables/"));
      }
    }

    private void metric(String key, String reference) {
      int dot = reference.indexOf('.');
      String name = dot < 0 ? reference : reference.substring(0, dot);
      if (name.equals(declaration.name())) {
        add(key, "The metric '" + name + "' is made of itself.", "Name another metric.");
      } else if (!scope.assetsOf(NAME).contains(name)) {
        add(key, "unknown metric '" + name + "'", Names.suggest(name, scope.assetsOf(NAME)));
      } else {
        inputs.add(name);
      }
    }

    /** Tables that it qualifies columns with are inputs too: the metric's data depend on them. */
    private void expression(String key, String text, String table) {
      if (!text.equals(Counted.ALL)) {
        Set<String> qualifiers = MetricNames.qualifiers(text);
        qualifiers.retainAll(scope.tables());
        inputs.addAll(qualifiers);
        if (isExpression(key, text)) {
          analyze(
              key,
              "select (\n" + text + "\n) from " + table,
              Set.of(table.toLowerCase(Locale.ROOT)));
        }
      }
    }

    /** Alone first, so that a mistake in it is told in its own words. */
    private boolean isExpression(String key, String text) {
      Location place = declaration.origin().at(key);
      try {
        if (analyzer.apply("select\n" + text, place).tables().isEmpty()) {
          return true;
        }
        add(key, "'" + text + "' is more than one expression.", "Leave out what follows it.");
      } catch (HeadraceException e) {
        problems.add(place, String.valueOf(e.getMessage()), e.hint());
      }
      return false;
    }

    private void analyze(String key, String statement, Set<String> tables) {
      Location place = declaration.origin().at(key);
      try {
        SqlAnalysis analysis = analyzer.apply(statement, place);
        identity.add(key + " " + analysis.fingerprint());
        boolean others =
            analysis.tables().stream()
                .anyMatch(used -> !tables.contains(used.name().toLowerCase(Locale.ROOT)));
        if (others || analysis.tables().size() > tables.size()) {
          add(key, "The expression reads a table of its own.", "Make it a column of the table.");
        }
        for (SqlAnalysis.Call call : analysis.restricted()) {
          add(key, "A metric may not call '" + call.name() + "'.", "Leave it out.");
        }
        for (SqlAnalysis.Call call : analysis.volatileCalls()) {
          add(
              key,
              "A metric may not call '" + call.name() + "': its value would change by itself.",
              "Leave it out, and limit questions with --from and --to.");
        }
      } catch (HeadraceException e) {
        problems.add(place, String.valueOf(e.getMessage()), e.hint());
      }
    }

    /** The key of the measure, such as {@code sum}. */
    private String word() {
      return spec.measure().getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private void add(String key, String message, String hint) {
      problems.add(declaration.origin().at(key), message, hint);
    }

    private Definition definition() {
      identity.add(spec.measure().toString().replaceAll("\\s+", " "));
      identity.add("table " + spec.table());
      identity.add("entity " + spec.entity());
      identity.add("time " + spec.time());
      identity.add("cap " + spec.cap());
      if (spec.window() != null) {
        identity.add("window " + spec.window());
      }
      identity.add("minimum-sample " + spec.minimumSample());
      return new Definition(
          List.copyOf(inputs),
          List.of(),
          String.join("\n", identity),
          "",
          List.of(),
          new TreeSet<>(spec.tags()));
    }
  }
}

package dev.headrace.decisions.experiments;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Names;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.data.metrics.Direction;
import dev.headrace.data.metrics.Metrics;
import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.decisions.experiments.ExperimentReport.Arm;
import dev.headrace.decisions.experiments.ExperimentReport.Level;
import dev.headrace.decisions.experiments.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.ExperimentReport.Role;
import dev.headrace.decisions.experiments.ExperimentReport.Table;
import dev.headrace.decisions.experiments.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.ExperimentSpec.Engine;
import dev.headrace.decisions.experiments.ExperimentSpec.Sequential;
import dev.headrace.decisions.experiments.analysis.SampleRatio;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The experiments of a project, over what one environment shows. Not thread-safe. */
public final class Experiments {
  /** Alarms that are customary; see GrowthBook's and Microsoft's published practice. */
  private static final double RATIO_ALARM = 0.001;

  private static final double SEVERAL_ALARM = 0.01;

  private final Graph graph;
  private final Published published;
  private final Metrics metrics;
  private final Supplier<? extends SqlEngine> engine;
  private final ZoneId zone;
  private final Optional<KeptTotals> kept;

  /**
   * @param zone the project's, in which days begin
   * @param kept where totals of units are kept; empty to compute all anew each time
   */
  public Experiments(
      Graph graph,
      Published published,
      Metrics metrics,
      Supplier<? extends SqlEngine> engine,
      ZoneId zone,
      Optional<KeptTotals> kept) {
    this.graph = graph;
    this.published = published;
    this.metrics = metrics;
    this.engine = engine;
    this.zone = zone;
    this.kept = kept;
  }

  /** The experiments of a project, by name. */
  public static List<Asset> of(Graph graph) {
    return graph.assets().stream()
        .filter(asset -> asset.kind().name().equals(ExperimentKind.NAME))
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .toList();
  }

  /**
   * The experiment of this name.
   *
   * @throws HeadraceException EXPERIMENT_UNKNOWN, with the nearest name
   */
  public Asset get(String name) {
    return graph
        .find(name)
        .filter(asset -> asset.kind().name().equals(ExperimentKind.NAME))
        .orElseThrow(
            () ->
                new HeadraceException(
                    ExperimentError.EXPERIMENT_UNKNOWN,
                    "Cannot find experiment '%s': the project declares none of that name."
                        .formatted(name),
                    Names.suggest(name, of(graph).stream().map(Asset::name).toList())));
  }

  /**
   * What an experiment showed: one statement, then arithmetic.
   *
   * @throws HeadraceException EXPERIMENT_UNKNOWN, EXPERIMENT_COLUMN, or a reason why a metric
   *     cannot be measured per unit
   */
  public ExperimentReport analyze(String name, Watch watch) {
    Asset asset = get(name);
    ExperimentSpec spec = (ExperimentSpec) asset.declaration().spec();
    UnitScan scan = new UnitScan(spec, exposedAt(name, spec));
    roles(spec).forEach((metric, role) -> scan.add(metric, metrics.perUnit(metric, spec.unit())));
    Scanner scanner = new Scanner(metrics, engine, zone);
    List<Type> types = scanner.learn(scan);
    String sql = scan.sums(types);
    Sums sums =
        kept.isPresent()
            ? kept.get().sums(name, spec, scan, sql, types, published, scanner, watch)
            : scanner.sums(scan, sql, watch);
    List<Arm> arms = arms(spec, sums);
    List<Warning> health = health(spec, sums, arms);
    Judgement judgement = new Judgement(spec, sums);
    List<Metric> judged = new ArrayList<>();
    roles(spec)
        .forEach(
            (metric, role) -> {
              UnitScan.Measured measured =
                  scan.metrics().stream()
                      .filter(one -> one.metric().equals(metric))
                      .findFirst()
                      .orElseThrow();
              var declared = metrics.get(metric).spec();
              judged.add(
                  judgement.of(
                      measured,
                      role,
                      Optional.ofNullable(declared.unit()),
                      declared.direction() == Direction.UP));
            });
    List<Metric> corrected = judgement.corrected(judged);
    List<String> treatments =
        spec.variants().keySet().stream().filter(v -> !v.equals(spec.base())).toList();
    return new ExperimentReport(
        name,
        Verdict.of(treatments, corrected, health, unfinished(spec, sums)),
        spec.base(),
        judgement.words(),
        spec.analysis().alpha(),
        arms,
        corrected,
        health,
        sums.newestExposure(),
        asset.fingerprint().hex(),
        sql,
        read(scan.tables()));
  }

  /**
   * How long an experiment has to run.
   *
   * @throws HeadraceException EXPERIMENT_COLUMN, EXPERIMENT_HISTORY, or a reason why a metric cannot
   *     be measured per unit
   */
  public PlanReport plan(PlanRequest request, Watch watch) {
    ExperimentSpec design = request.design();
    String population =
        request
            .population()
            .or(() -> Optional.ofNullable(design.plan()).map(ExperimentSpec.Planned::population))
            .orElseGet(() -> home(design));
    PastUnits past = new PastUnits(metrics, engine, zone, design.unit(), population);
    return new ExperimentPlans(metrics, this::read, request).plan(past, population, watch);
  }

  /**
   * How often each method errs on a metric, by experiments drawn from its past.
   *
   * @throws HeadraceException EXPERIMENT_COLUMN, EXPERIMENT_HISTORY, or a reason why the metric
   *     cannot be measured per unit
   */
  public ProofReport prove(ProofRequest request, Watch watch) {
    String population = request.population().orElseGet(() -> home(request.design()));
    PastUnits past = new PastUnits(metrics, engine, zone, request.design().unit(), population);
    return new ExperimentProofs(this::read, request).prove(past, population, watch);
  }

  /**
   * An experiment that nobody declared: some metrics, arms of the same size, one look.
   *
   * @param unit the column that says whose a row is; the entity of the first metric where absent
   * @param arms at least 2
   * @throws HeadraceException METRIC_UNKNOWN, or EXPERIMENT_HISTORY where nothing names the unit
   */
  public ExperimentSpec design(List<String> names, Optional<String> unit, int arms) {
    List<dev.headrace.data.metrics.Metric> found = names.stream().map(metrics::get).toList();
    String whose =
        unit.or(() -> Optional.ofNullable(found.getFirst().spec().entity()))
            .orElseThrow(
                () ->
                    new HeadraceException(
                        ExperimentError.EXPERIMENT_HISTORY,
                        "Cannot look at the past of '%s': nothing says who would be randomised."
                            .formatted(names.getFirst()),
                        "Name a column, such as --unit user_id."));
    return PastUnits.design(whose, names, arms);
  }

  /** The table that the first goal counts in. */
  private String home(ExperimentSpec design) {
    String first = design.metrics().goal().getFirst();
    return metrics.perUnit(first, design.unit()).getFirst().table();
  }

  private List<Table> read(List<String> tables) {
    return tables.stream().flatMap(table -> read(table).stream()).toList();
  }

  static Map<String, Role> roles(ExperimentSpec spec) {
    Map<String, Role> roles = new LinkedHashMap<>();
    spec.metrics().goal().forEach(metric -> roles.put(metric, Role.GOAL));
    spec.metrics().secondary().forEach(metric -> roles.put(metric, Role.SECONDARY));
    spec.metrics().guardrail().forEach(metric -> roles.put(metric, Role.GUARDRAIL));
    return roles;
  }

  private Optional<UnitMeasure.Time> exposedAt(String name, ExperimentSpec spec) {
    Metrics.TableColumns table = metrics.columns(spec.assignments());
    requireColumn(name, spec, table.schema(), spec.unit());
    requireColumn(name, spec, table.schema(), spec.variant());
    spec.dimensions().forEach(column -> requireColumn(name, spec, table.schema(), column));
    Optional<String> column =
        Optional.ofNullable(spec.exposedAt())
            .or(table::time)
            .filter(_ -> spec.exposedAt() != null || table.time().isPresent());
    return column.map(
        time ->
            new UnitMeasure.Time(
                SqlQuotes.identifier(time),
                requireColumn(name, spec, table.schema(), time).type()));
  }

  private static Field requireColumn(
      String name, ExperimentSpec spec, Schema schema, String column) {
    return schema
        .field(column)
        .orElseThrow(
            () ->
                new HeadraceException(
                    ExperimentError.EXPERIMENT_COLUMN,
                    "Cannot analyze experiment '%s': its assignments '%s' have no column '%s'."
                        .formatted(name, spec.assignments(), column),
                    Names.suggest(column, schema.names())));
  }

  private static List<Arm> arms(ExperimentSpec spec, Sums sums) {
    List<Arm> arms = new ArrayList<>();
    spec.variants()
        .forEach(
            (variant, share) -> {
              Sums.Arm arm = sums.arms().get(variant);
              arms.add(new Arm(variant, arm == null ? 0 : arm.units(), share.fraction()));
            });
    return arms;
  }

  private static List<Warning> health(ExperimentSpec spec, Sums sums, List<Arm> arms) {
    List<Warning> health = new ArrayList<>();
    List<String> empty = arms.stream().filter(arm -> arm.units() == 0).map(Arm::variant).toList();
    health.add(
        empty.isEmpty()
            ? new Warning("variants", Level.OK, Optional.empty(), "every variant has units")
            : new Warning(
                "variants",
                Level.INVALID,
                Optional.empty(),
                "the assignments have no unit of " + String.join(", ", empty)));
    health.add(sampleRatio(spec, arms));
    long units = arms.stream().mapToLong(Arm::units).sum() + sums.inSeveral();
    double several = units == 0 ? 0 : (double) sums.inSeveral() / units;
    health.add(
        new Warning(
            "several-variants",
            several > SEVERAL_ALARM ? Level.WARN : Level.OK,
            Optional.of(several),
            "%d of %d units met several variants and are measured in none"
                .formatted(sums.inSeveral(), units)));
    List<String> others =
        sums.arms().keySet().stream().filter(v -> !spec.variants().containsKey(v)).toList();
    if (!others.isEmpty()) {
      health.add(
          new Warning(
              "other-variants",
              Level.WARN,
              Optional.empty(),
              "the assignments also have units of "
                  + String.join(", ", others)
                  + ", which the experiment does not declare"));
    }
    return health;
  }

  private static Warning sampleRatio(ExperimentSpec spec, List<Arm> arms) {
    long[] units = arms.stream().mapToLong(Arm::units).toArray();
    double[] weights = arms.stream().mapToDouble(Arm::expected).toArray();
    boolean anytime = spec.analysis().sequential() == Sequential.ANYTIME;
    Answer<TestResult> test =
        anytime ? SampleRatio.sequential(units, weights) : SampleRatio.test(units, weights);
    return switch (test) {
      case Answer.Unknown<TestResult>(Answer.Reason _, String detail) ->
          new Warning("sample-ratio", Level.WARN, Optional.empty(), "not tested: " + detail);
      case Answer.Known<TestResult>(TestResult result) ->
          new Warning(
              "sample-ratio",
              result.pValue() < RATIO_ALARM ? Level.INVALID : Level.OK,
              Optional.of(result.pValue()),
              (result.pValue() < RATIO_ALARM
                      ? "the variants do not have the shares of units they were meant to get"
                      : "the variants have the shares of units they were meant to get")
                  + String.format(Locale.ROOT, " (p = %.3g)", result.pValue()));
    };
  }

  /** A test for one look says nothing before the last day; the data tell how far they go. */
  private static Optional<String> unfinished(ExperimentSpec spec, Sums sums) {
    ExperimentSpec.Period period = spec.period();
    LocalDate end = period == null ? null : period.end();
    Optional<LocalDate> newest = sums.newestExposure();
    boolean oneLook =
        spec.analysis().engine() == Engine.FREQUENTIST
            && spec.analysis().sequential() == Sequential.NONE;
    return end != null && oneLook && newest.isPresent() && newest.get().isBefore(end)
        ? Optional.of(
            "exposures reach %s of a period that ends on %s, and the test allows one look"
                .formatted(newest.get(), end))
        : Optional.empty();
  }

  /** A table with what it stands for: a view with the tables behind it. */
  private List<Table> read(String name) {
    Publication publication = published.table(name).orElseThrow();
    Publication.Content content = publication.content();
    List<Table> read = new ArrayList<>();
    switch (content.data()) {
      case Publication.Stored stored ->
          read.add(
              new Table(
                  name, Optional.of(stored.snapshotId()), publication.runId(), content.state()));
      case Publication.Virtual _ -> {
        read.add(new Table(name, Optional.empty(), publication.runId(), content.state()));
        content.inputs().keySet().stream().sorted().forEach(input -> read.addAll(read(input)));
      }
    }
    return read;
  }
}

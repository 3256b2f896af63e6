package dev.headrace.decisions.experiments;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Names;
import dev.headrace.data.metrics.Direction;
import dev.headrace.data.metrics.Metrics;
import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.decisions.experiments.health.HealthPanel;
import dev.headrace.decisions.experiments.health.Outliers;
import dev.headrace.decisions.experiments.interleaving.InterleavingReport;
import dev.headrace.decisions.experiments.interleaving.InterleavingRequest;
import dev.headrace.decisions.experiments.interleaving.InterleavingScan;
import dev.headrace.decisions.experiments.judging.Courses;
import dev.headrace.decisions.experiments.judging.CrossChecks;
import dev.headrace.decisions.experiments.judging.Days;
import dev.headrace.decisions.experiments.judging.DueLook;
import dev.headrace.decisions.experiments.judging.Judgement;
import dev.headrace.decisions.experiments.judging.Progress;
import dev.headrace.decisions.experiments.judging.Splits;
import dev.headrace.decisions.experiments.kept.KeptTotals;
import dev.headrace.decisions.experiments.planning.ExperimentPlans;
import dev.headrace.decisions.experiments.planning.ExperimentProofs;
import dev.headrace.decisions.experiments.planning.PastUnits;
import dev.headrace.decisions.experiments.planning.PlanReport;
import dev.headrace.decisions.experiments.planning.PlanRequest;
import dev.headrace.decisions.experiments.planning.ProofReport;
import dev.headrace.decisions.experiments.planning.ProofRequest;
import dev.headrace.decisions.experiments.report.ExperimentReport;
import dev.headrace.decisions.experiments.report.ExperimentReport.Arm;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.report.ExperimentReport.Role;
import dev.headrace.decisions.experiments.report.ExperimentReport.Table;
import dev.headrace.decisions.experiments.report.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.report.Verdict;
import dev.headrace.decisions.experiments.scan.AddingUp;
import dev.headrace.decisions.experiments.scan.QuantileScan;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.spec.ExperimentError;
import dev.headrace.decisions.experiments.spec.ExperimentKind;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The experiments of a project, over what one environment shows. Not thread-safe. */
public final class Experiments {
  private final Graph graph;
  private final Published published;
  private static final Set<Type> TIMES =
      Set.of(Type.Primitive.DATE, Type.Primitive.TIMESTAMP, Type.Primitive.TIMESTAMPTZ);

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
   * @throws HeadraceException EXPERIMENT_UNKNOWN, EXPERIMENT_COLUMN, EXPERIMENT_VALUE, or a reason
   *     why a metric cannot be measured per unit
   */
  public ExperimentReport analyze(String name, Watch watch) {
    Asset asset = get(name);
    ExperimentSpec declared = (ExperimentSpec) asset.declaration().spec();
    Optional<UnitMeasure.Time> exposedAt = exposedAt(name, declared);
    FinishedDays finished = FinishedDays.of(published, zone, exposedAt, tables(declared));
    Optional<Looks> looks = looks(declared, exposedAt, finished, watch);
    ExperimentSpec spec = looks.map(Looks::due).orElse(declared);
    UnitScan scan = new UnitScan(spec, exposedAt);
    scan.covary(metric -> metrics.perUnit(metric, spec.unit()));
    Judgement.roles(spec)
        .forEach(
            (metric, role) ->
                scan.add(
                    metric,
                    metrics.perUnit(metric, spec.unit()),
                    metrics.get(metric).spec().minimumSample()));
    Scanner scanner = new Scanner(metrics, engine, zone);
    Schema assignments = metrics.columns(declared.assignments()).schema();
    SameUnits.require(
        name,
        declared,
        requireColumn(name, declared, assignments, declared.unit()).type(),
        scan,
        scanner);
    List<Type> types = scanner.learn(scan);
    String sql = scan.sums(types);
    Sums added =
        AddingUp.of(
            scan,
            () ->
                kept.isPresent()
                    ? kept.get().sums(name, spec, scan, sql, types, published, scanner, watch)
                    : scanner.sums(scan, sql, watch));
    Scanner.askCourse(scan, added, spec.metrics().judged());
    Sums sums = scanner.withQuantiles(scan, added, watch);
    Optional<DueLook> look = looks.map(planned -> planned.look(spec, sums));
    Judgement judgement = new Judgement(spec, sums, look);
    List<Metric> judged = new ArrayList<>();
    Judgement.roles(spec)
        .forEach((metric, role) -> judged.add(judged(judgement, measured(scan, metric), role)));
    Judgement.Corrected told = judgement.corrected(judged, scan.metrics());
    List<Metric> corrected = told.metrics();
    List<Arm> arms = arms(spec, sums);
    Days days = new Days(spec, scan, sums);
    Scanner.LeftOut leftOut = scanner.leftOut(scan, watch);
    List<Warning> health =
        new HealthPanel(
                declared,
                scan,
                sums,
                arms,
                days,
                look,
                sums.newestExposure().map(finished::until),
                leftOut,
                scanner.metBefore(scan, leftOut, watch))
            .check(corrected, Outliers.check(spec.variants().keySet(), scan.metrics(), sums));
    List<String> treatments =
        spec.variants().keySet().stream().filter(v -> !v.equals(spec.base())).toList();
    Progress progress = Progress.of(declared, sums.newestExposure(), finished::until, look);
    return new ExperimentReport(
        name,
        Verdict.of(treatments, corrected, health, progress.unfinished(), progress.open()),
        spec.base(),
        judgement.words(),
        told.intervals(),
        spec.analysis().effect(),
        spec.analysis().alpha(),
        told.family(),
        arms,
        corrected,
        health,
        sums.newestExposure(),
        look.filter(one -> one.number() > 0)
            .map(
                one ->
                    new ExperimentReport.Look(
                        one.number(),
                        one.days().size(),
                        one.day().orElseThrow(),
                        one.information().getLast(),
                        one.criticalZ(spec.analysis().alpha()))),
        new Courses(spec, sums, judgement).of(corrected, scan.metrics()),
        asset.fingerprint().hex(),
        QuantileScan.together(sql, scan.quantiles()),
        read(scan.tables()),
        new Splits(spec, sums, look).of(scan.metrics()),
        new CrossChecks(spec, scan, sums, scanner).run(watch),
        "");
  }

  private Metric judged(Judgement judgement, UnitScan.Measured measured, Role role) {
    var metric = metrics.get(measured.metric()).spec();
    return judgement.of(
        measured, role, Optional.ofNullable(metric.unit()), metric.direction() == Direction.UP);
  }

  private static UnitScan.Measured measured(UnitScan scan, String metric) {
    return scan.metrics().stream()
        .filter(one -> one.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  /** The assignments, and what the metrics are measured in. */
  private Set<String> tables(ExperimentSpec spec) {
    Set<String> tables = new LinkedHashSet<>(List.of(spec.assignments()));
    for (String metric : Judgement.roles(spec).keySet()) {
      metrics.perUnit(metric, spec.unit()).parts().forEach(part -> tables.addAll(part.tables()));
    }
    return tables;
  }

  /** The looks of a group-sequential design, as far as rows have come; empty for others. */
  private Optional<Looks> looks(
      ExperimentSpec spec,
      Optional<UnitMeasure.Time> exposedAt,
      FinishedDays finished,
      Watch watch) {
    ExperimentSpec.Group group = spec.analysis().group();
    ExperimentSpec.Period period = spec.period();
    if (group == null || period == null) {
      return Optional.empty();
    }
    LocalDate newest =
        new PastUnits(metrics, engine, zone, spec.unit(), spec.assignments(), exposedAt)
            .span(Optional.ofNullable(period.end()), watch)
            .map(PastUnits.Window::to)
            .orElseThrow(
                () ->
                    new HeadraceException(
                        ExperimentError.EXPERIMENT_HISTORY,
                        "Cannot tell which look is due: the assignments '%s' have no time."
                            .formatted(spec.assignments()),
                        "Name it by 'exposed-at', or use 'sequential: anytime'."));
    return Optional.of(
        new Looks(spec, group, period, DueLook.number(group, period, finished.until(newest))));
  }

  /**
   * Looks that were planned.
   *
   * @param number of them whose day rows have reached and is over
   */
  private record Looks(
      ExperimentSpec spec, ExperimentSpec.Group group, ExperimentSpec.Period period, int number) {
    /** The experiment as it was at the look that is due; as it is, before the first one. */
    ExperimentSpec due() {
      return number == 0
          ? spec
          : spec.withPeriod(
              new ExperimentSpec.Period(
                  period.start(), DueLook.days(group, period).get(number - 1)));
    }

    DueLook look(ExperimentSpec atLook, Sums sums) {
      return DueLook.of(group, period, number, day -> Days.unitsUntil(atLook, sums, day));
    }
  }

  /**
   * How long an experiment has to run.
   *
   * @throws HeadraceException EXPERIMENT_COLUMN, EXPERIMENT_HISTORY, or a reason why a metric
   *     cannot be measured per unit
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
   * Which of two rankings that were mixed into one list is preferred: one statement, then counts.
   *
   * @throws HeadraceException EXPERIMENT_COLUMN, or that the table is not there
   */
  public InterleavingReport interleave(InterleavingRequest request, Watch watch) {
    metrics.columns(request.table()); // Tells what has not been built.
    return new InterleavingScan(request)
        .run(metrics, engine.get(), read(request.table().toLowerCase(Locale.ROOT)), watch);
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
    return metrics.perUnit(first, design.unit()).parts().getFirst().rows().getFirst().table();
  }

  private List<Table> read(List<String> tables) {
    return tables.stream().flatMap(table -> read(table).stream()).toList();
  }

  private Optional<UnitMeasure.Time> exposedAt(String name, ExperimentSpec spec) {
    Metrics.TableColumns table = metrics.columns(spec.assignments());
    requireColumn(name, spec, table.schema(), spec.unit());
    requireColumn(name, spec, table.schema(), spec.variant());
    spec.dimensions().forEach(column -> requireColumn(name, spec, table.schema(), column));
    Optional<UnitMeasure.Time> exposedAt =
        Optional.ofNullable(spec.exposedAt())
            .or(table::time)
            .map(time -> requireTime(name, spec, requireColumn(name, spec, table.schema(), time)));
    if (exposedAt.isEmpty() && (spec.period() != null || spec.analysis().cuped() != null)) {
      throw new HeadraceException(
          ExperimentError.EXPERIMENT_COLUMN,
          "Cannot analyze experiment '%s': it has a %s, and nothing says when the units of '%s' were exposed."
              .formatted(
                  name,
                  spec.period() != null ? "'period'" : "'cuped' lookback",
                  spec.assignments()),
          "Say 'time: COLUMN' in the declaration of '%s', or 'exposed-at: COLUMN' here."
              .formatted(spec.assignments()));
    }
    return exposedAt;
  }

  private static UnitMeasure.Time requireTime(String name, ExperimentSpec spec, Field column) {
    if (!TIMES.contains(column.type())) {
      throw new HeadraceException(
          ExperimentError.EXPERIMENT_COLUMN,
          "Cannot analyze experiment '%s': '%s' of '%s' is to say when, and is no date or timestamp."
              .formatted(name, column.name(), spec.assignments()),
          "Name another column with 'exposed-at', or declare this one a timestamp.");
    }
    return new UnitMeasure.Time(SqlQuotes.identifier(column.name()), column.type());
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

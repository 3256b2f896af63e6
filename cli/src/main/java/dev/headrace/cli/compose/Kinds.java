package dev.headrace.cli.compose;

import dev.headrace.core.ledger.SqliteSpec;
import dev.headrace.core.postgres.PostgresSpec;
import dev.headrace.core.project.ConfigSection;
import dev.headrace.core.project.Kind;
import dev.headrace.data.duckdb.DuckDbSpec;
import dev.headrace.data.ingest.SourceKind;
import dev.headrace.data.lake.LakeSpec;
import dev.headrace.data.metrics.MetricKind;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.data.tables.TableKind;
import dev.headrace.decisions.assignment.FlagKind;
import dev.headrace.decisions.assignment.FlagsSpec;
import dev.headrace.decisions.deployments.DeploymentKind;
import dev.headrace.decisions.experiments.spec.ExperimentKind;
import dev.headrace.ml.features.FeatureViewKind;
import dev.headrace.ml.online.EmbeddedSpec;
import dev.headrace.ml.online.ServedSpec;
import dev.headrace.ml.registry.ModelKind;
import dev.headrace.server.http.ServeSpec;
import dev.headrace.spi.error.Location;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;

/** Every kind of asset and every section of {@code headrace.yaml} there is: the registration. */
public final class Kinds {
  /** {@code engine: duckdb:}. */
  public static final ConfigSection<DuckDbSpec> DUCKDB =
      ConfigSection.option("engine", "duckdb", DuckDbSpec.class);

  /** {@code engine: spark:}. */
  public static final ConfigSection<SparkSpec> SPARK =
      ConfigSection.option("engine", "spark", SparkSpec.class);

  /** {@code serve:}. */
  public static final ConfigSection<ServeSpec> SERVE = ConfigSection.of("serve", ServeSpec.class);

  /** {@code ledger: sqlite:}. */
  public static final ConfigSection<SqliteSpec> SQLITE =
      ConfigSection.option("ledger", "sqlite", SqliteSpec.class);

  /** {@code ledger: postgres:}. */
  public static final ConfigSection<PostgresSpec> POSTGRES =
      ConfigSection.option("ledger", "postgres", PostgresSpec.class);

  /** {@code online: embedded:}. */
  public static final ConfigSection<EmbeddedSpec> EMBEDDED =
      ConfigSection.option("online", "embedded", EmbeddedSpec.class);

  /** {@code online: redis:}. */
  public static final ConfigSection<RedisSpec> REDIS =
      ConfigSection.option("online", "redis", RedisSpec.class);

  /** {@code lake:}. */
  public static final ConfigSection<LakeSpec> LAKE = ConfigSection.of("lake", LakeSpec.class);

  /** {@code flags:}. */
  public static final ConfigSection<FlagsSpec> FLAGS = ConfigSection.of("flags", FlagsSpec.class);

  /** {@code features:}. */
  public static final ConfigSection<ServedSpec> SERVED =
      ConfigSection.of("features", ServedSpec.class);

  /** What {@code headrace.yaml} may say besides what every project says. */
  public static final List<ConfigSection<?>> SECTIONS =
      List.of(DUCKDB, SPARK, SQLITE, POSTGRES, LAKE, EMBEDDED, REDIS, SERVE, SERVED, FLAGS);

  private Kinds() {}

  /**
   * The kinds, in the order in which their assets are listed.
   *
   * @param project directory that files which declarations name lie in
   */
  public static List<Kind<?>> all(
      BiFunction<String, Location, SqlAnalysis> analyzer, Path project) {
    return List.of(
        new SourceKind(analyzer),
        new TableKind(analyzer),
        new MetricKind(analyzer),
        new FeatureViewKind(analyzer),
        new ModelKind(analyzer, project),
        new DeploymentKind(),
        new FlagKind(),
        new ExperimentKind());
  }

  /** The kinds where nothing is going to be defined, only described. */
  public static List<Kind<?>> all() {
    return all(
        (sql, origin) -> {
          throw new IllegalStateException("no SQL is read here");
        },
        Path.of(""));
  }
}

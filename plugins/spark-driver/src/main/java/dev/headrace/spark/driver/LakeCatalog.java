package dev.headrace.spark.driver;

import dev.headrace.spark.wire.Protocol;
import dev.headrace.spark.wire.Work.Snapshot;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Partitioning;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.spark.TimeTravel;
import org.apache.iceberg.spark.source.SparkTable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * The lake's tables by the REST catalog that Headrace serves to its driver, read by Iceberg's own
 * reader: rows counted and bounds known before a file is opened, conditions pushed into the files,
 * no file listed.
 *
 * <p>The catalog is no catalog of the session: no text can name it, and its token is in no setting
 * that Spark shows or hands to executors.
 */
final class LakeCatalog {
  private static final String VERSIONS = "~versions";
  private static final String NAMESPACE = "lake";

  private final RESTCatalog catalog;
  private final Map<String, Table> loaded = new ConcurrentHashMap<>();

  private LakeCatalog(RESTCatalog catalog) {
    this.catalog = catalog;
  }

  /** The one that the settings tell of, which are none of Spark's and are taken out. */
  static @Nullable LakeCatalog of(Map<String, String> settings) {
    String uri = settings.remove(Protocol.CATALOG_URI);
    String token = settings.remove(Protocol.CATALOG_TOKEN);
    if (uri == null || token == null) {
      return null;
    }
    RESTCatalog catalog = new RESTCatalog();
    Configuration files = new Configuration();
    files.set("fs.defaultFS", "file:///"); // Whatever a cluster's settings take paths to be of.
    catalog.setConf(files);
    catalog.initialize(
        "headrace",
        Map.of(
            CatalogProperties.URI,
            uri,
            CatalogProperties.WAREHOUSE_LOCATION,
            VERSIONS,
            CatalogProperties.FILE_IO_IMPL,
            "org.apache.iceberg.hadoop.HadoopFileIO",
            "token",
            token,
            "rest-metrics-reporting-enabled",
            "false"));
    return new LakeCatalog(catalog);
  }

  /**
   * The rows of a snapshot; null where Spark would read them otherwise than asked for.
   *
   * @param schema the columns to present
   */
  @Nullable Dataset<Row> read(
      SparkSession session, Schema schema, Snapshot snapshot, Directories directories) {
    if (!isReadable(schema)) {
      return null;
    }
    Table table = load(snapshot);
    if (table == null
        || !SnapshotUtil.schemaFor(table, snapshot.id()).sameSchema(schema)
        || !isPlannable(table)) {
      return null;
    }
    directories.requireInside(table.location());
    SparkTable at = SparkTable.create(table, TimeTravel.version(Long.toString(snapshot.id())));
    Dataset<Row> rows =
        Dataset.ofRows(session, DataSourceV2Relation.create(at, Option.empty(), Option.empty()));
    return rows.select(
        schema.columns().stream()
            .map(
                field ->
                    rows.col("`" + field.name().replace("`", "``") + "`")
                        .as(field.name(), Columns.note(field.type())))
            .toArray(Column[]::new));
  }

  /** Iceberg has no TIME for Spark, and columns of its own, such as {@code _file}. */
  private static boolean isReadable(Schema schema) {
    return TypeUtil.find(schema, type -> type.typeId() == Type.TypeID.TIME) == null
        && schema.columns().stream()
            .noneMatch(field -> MetadataColumns.isMetadataColumn(field.name()));
  }

  /** Whether Iceberg can tell one partition type for all layouts that the table has had. */
  private static boolean isPlannable(Table table) {
    try {
      Partitioning.partitionType(table);
      return true;
    } catch (ValidationException e) {
      return false;
    }
  }

  /** Null for a table of another lake than the served one, such as a proof builds. */
  private @Nullable Table load(Snapshot snapshot) {
    Table known = loaded.get(snapshot.table());
    if (known == null || known.snapshot(snapshot.id()) == null) {
      try {
        known = catalog.loadTable(TableIdentifier.of(NAMESPACE, snapshot.table()));
      } catch (NoSuchTableException e) {
        return null;
      }
      loaded.put(snapshot.table(), known);
    }
    return known;
  }
}

package dev.headrace.data.warehouse;

import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.IcebergTables;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.release.Relations;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Function;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.view.ImmutableSQLViewRepresentation;
import org.apache.iceberg.view.ImmutableViewVersion;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;

/** The project's views as Iceberg's: their SQL in DuckDB's dialect, with their columns. */
final class ShownViews {
  private static final String DIALECT = "duckdb";

  private final Relations relations;
  private final FileIO io;
  private final Path directory;
  private final Function<Query, Schema> describe;

  ShownViews(Lake lake, Path directory, Function<Query, Schema> describe) {
    this.relations = new Relations(lake);
    this.io = lake.iceberg().io();
    this.directory = directory;
    this.describe = describe;
  }

  /** The metadata that stands for a view's publication. */
  ViewMetadata of(Published published, Publication publication) {
    String name = publication.content().table();
    Path home = directory.resolve("view__" + name.toLowerCase(java.util.Locale.ROOT));
    Path file = home.resolve(publication.id() + ".metadata.json");
    if (!Files.exists(file)) {
      ViewMetadataParser.overwrite(
          make(published, publication, home), io.newOutputFile(file.toString()));
    }
    return ViewMetadataParser.read(io.newInputFile(file.toString()));
  }

  private ViewMetadata make(Published published, Publication publication, Path home) {
    String name = publication.content().table();
    Query query = ((Relation.View) relations.of(published, name)).query();
    return ViewMetadata.builder()
        .assignUUID(
            UUID.nameUUIDFromBytes((home + name).getBytes(StandardCharsets.UTF_8)).toString())
        .setLocation(home.toString())
        .setCurrentVersion(
            ImmutableViewVersion.builder()
                .versionId(1)
                .schemaId(0)
                .timestampMillis(publication.publishedAt().toEpochMilli())
                .defaultNamespace(Namespace.of(Warehouses.PROJECT_NAMESPACE))
                .putSummary("headrace.run", Long.toString(publication.runId()))
                .addRepresentations(
                    ImmutableSQLViewRepresentation.builder()
                        .dialect(DIALECT)
                        .sql(query.sql())
                        .build())
                .build(),
            IcebergTables.schema(describe.apply(query)))
        .build();
  }
}

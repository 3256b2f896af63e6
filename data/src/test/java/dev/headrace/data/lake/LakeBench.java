package dev.headrace.data.lake;

import static dev.headrace.spi.schema.Type.Primitive.INT;
import static dev.headrace.spi.schema.Type.Primitive.STRING;
import static dev.headrace.spi.schema.Type.Primitive.TIMESTAMP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.data.lake.internal.LocalFileIO;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** An empty lake, an engine to fill and read it, and the steps its tests share. */
interface LakeBench {
  VersionId ORDERS = new VersionId("orders", "0123456789abcdef");
  Schema ID_NAME =
      new Schema(List.of(Field.unassigned("id", INT), Field.unassigned("name", STRING)));
  Schema EVENTS =
      new Schema(List.of(Field.unassigned("ts", TIMESTAMP), Field.unassigned("n", INT)));
  Optional<Long> NOTHING = Optional.empty();

  Lake lake();

  DuckFiles duck();

  /** Where the lake is. */
  Path directory();

  /** A lake in {@code warehouse}; always the same one for the same directory. */
  LakeConfig config(Path warehouse);

  /** What another tool is told to open the catalog. */
  Map<String, String> catalogProperties();

  /** A change that brings files. */
  interface ChangeOf {
    Change of(List<WrittenFile> added);
  }

  default Snapshot append(VersionId version, Optional<Long> base, Schema wanted, String query) {
    return commit(version, base, wanted, Evolution.WIDEN, Change.Append::new, query);
  }

  default Snapshot commit(
      VersionId version,
      Optional<Long> base,
      Schema wanted,
      Evolution evolution,
      ChangeOf change,
      String query) {
    Schema ids = lake().assignIds(version, base, wanted, evolution);
    List<WrittenFile> files = duck().write(lake().stagingDirectory(version), ids, query);
    return commit(version, base, ids, Layout.whole(), change.of(files));
  }

  default Snapshot commit(
      VersionId version, Optional<Long> base, Schema ids, Layout layout, Change change) {
    return lake().commit(new Commit(version, base, ids, layout, change, Map.of()));
  }

  /** Rows of {@link #EVENTS}, which lie by day. */
  default Snapshot events(Optional<Long> base, ChangeOf change, String query) {
    Schema ids = lake().assignIds(ORDERS, base, EVENTS, Evolution.WIDEN);
    List<WrittenFile> files = duck().writeByDay(lake().stagingDirectory(ORDERS), ids, query, "ts");
    return commit(ORDERS, base, ids, Layout.byDayOf("ts"), change.of(files));
  }

  default Relation.Files scan(Snapshot snapshot) {
    return lake().scan(snapshot.version(), snapshot.snapshotId());
  }

  default List<List<Object>> read(Snapshot snapshot) {
    return duck().read(scan(snapshot));
  }

  default List<Object> column(Snapshot snapshot, String name) {
    return duck().query(scan(snapshot), "select " + name + " from t order by 1").stream()
        .map(List::getFirst)
        .toList();
  }

  static Optional<Long> base(Snapshot snapshot) {
    return Optional.of(snapshot.snapshotId());
  }

  static Consumer<Throwable> code(ErrorCode code) {
    return failure ->
        assertThat(failure)
            .isInstanceOfSatisfying(
                HeadraceException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  /** The table as Iceberg's own catalog opens it. */
  default Stock stock(VersionId version) {
    var catalog = new JdbcCatalog(properties -> new LocalFileIO(Durability.PROCESS), null, false);
    catalog.initialize("headrace", catalogProperties());
    return new Stock(
        catalog, catalog.loadTable(TableIdentifier.of("lake", version.physicalName())));
  }

  /** A table, and the catalog that has to be closed after it. */
  record Stock(JdbcCatalog catalog, Table table) implements AutoCloseable {
    @Override
    public void close() {
      catalog.close();
    }
  }
}

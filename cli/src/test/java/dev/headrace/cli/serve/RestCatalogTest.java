package dev.headrace.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.run.RunLock;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Commit;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.Snapshot;
import dev.headrace.data.release.Relations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.View;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project, and what Iceberg's own client sees and does of it over HTTP. */
class RestCatalogTest {
  private static final TableIdentifier ORDERS = TableIdentifier.of("main", "orders");
  private static final TableIdentifier CUSTOMERS = TableIdentifier.of("main", "customers");

  @TempDir private Path directory;
  private ServedProject project;
  private RESTCatalog client;

  @BeforeEach
  void start() throws IOException {
    project = ServedProject.start(directory);
    client = project.client();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    project.close();
  }

  private Publication published(String table) {
    return project.headrace().ledger().published("prod", table).orElseThrow();
  }

  private static long snapshot(Publication publication) {
    return ((Publication.Stored) publication.content().data()).snapshotId();
  }

  // Reading

  @Test
  void lists_theProjectsTablesAndViews() {
    assertThat(client.listNamespaces()).containsExactly(Namespace.of("main"));
    assertThat(client.listTables(Namespace.of("main")))
        .extracting(TableIdentifier::name)
        .contains("by_country", "customers", "orders", "raw_customers", "raw_orders")
        .doesNotContain("big_orders");
    assertThat(client.listViews(Namespace.of("main")))
        .extracting(TableIdentifier::name)
        .containsExactly("big_orders");
  }

  @Test
  void loadTable_showsExactlyThePublishedSnapshot() {
    Table table = client.loadTable(ORDERS);
    assertThat(table.currentSnapshot().snapshotId()).isEqualTo(snapshot(published("orders")));
    assertThat(table.refs()).containsOnlyKeys("main");
    assertThat(table.schema().columns())
        .extracting(Types.NestedField::name)
        .containsExactly("order_id", "customer", "total", "ordered_at");
    assertThat(OutsideWriter.rows(table)).isEqualTo(3);
  }

  @Test
  void loadTable_hidesWhatTheLakeHasAndNobodyPublished() {
    Publication.Content content = published("orders").content();
    Snapshot shown =
        project
            .headrace()
            .lake()
            .snapshot(Relations.version(content), snapshot(published("orders")));
    Snapshot unpublished =
        project
            .headrace()
            .lake()
            .commit(
                new Commit(
                    shown.version(),
                    Optional.of(shown.snapshotId()),
                    shown.schema(),
                    Layout.whole(),
                    new Change.Replace(List.of()),
                    Map.of()));

    Table table = client.loadTable(ORDERS);
    assertThat(table.currentSnapshot().snapshotId()).isEqualTo(shown.snapshotId());
    assertThat(table.snapshots()).hasSize(1);
    assertThat(table.history()).hasSize(1);
    assertThat(OutsideWriter.rows(table)).isEqualTo(3);

    Table physical =
        project
            .client("~versions")
            .loadTable(TableIdentifier.of("lake", shown.version().physicalName()));
    assertThat(physical.snapshots())
        .extracting(org.apache.iceberg.Snapshot::snapshotId)
        .containsExactly(shown.snapshotId(), unpublished.snapshotId());
    assertThatThrownBy(() -> physical.newDelete().deleteFromRowFilter(alwaysTrue()).commit())
        .isInstanceOf(ForbiddenException.class);
  }

  private static Expression alwaysTrue() {
    return Expressions.alwaysTrue();
  }

  @Test
  void loadTable_afterARun_showsTheNewSnapshotWithItsPast() throws IOException {
    long before = client.loadTable(ORDERS).currentSnapshot().snapshotId();
    project
        .shell()
        .write(
            "data/raw_orders.csv",
            "order_id,customer,total,ordered_at\n9,ada,1.0,2026-01-03T10:00:00Z\n");
    project.shell().succeed("run");
    Table after = client.loadTable(ORDERS);
    assertThat(after.currentSnapshot().snapshotId())
        .isEqualTo(snapshot(published("orders")))
        .isNotEqualTo(before);
    assertThat(OutsideWriter.rows(after)).isEqualTo(1);
  }

  @Test
  void loadView_hasTheQueryInDuckDbsDialectWithItsColumns() {
    View view = client.loadView(TableIdentifier.of("main", "big_orders"));
    assertThat(view.schema().columns())
        .extracting(Types.NestedField::name)
        .containsExactly("order_id", "total");
    assertThat(view.currentVersion().defaultNamespace()).isEqualTo(Namespace.of("main"));
    assertThat(view.sqlFor("duckdb"))
        .extracting(SQLViewRepresentation::dialect, SQLViewRepresentation::sql)
        .containsExactly("duckdb", "select order_id, total from orders where total > 10");
  }

  @Test
  void warehouse_perEnvironment_showsItsTables() throws IOException {
    project.shell().write("tables/orders.sql", "select order_id, total from raw_orders");
    project.shell().write("tables/by_country.sql", "select count(*) as orders from orders");
    project.shell().succeed("run", "--env", "slim");
    try (RESTCatalog slim = project.client("slim")) {
      assertThat(slim.loadTable(ORDERS).schema().columns()).hasSize(2);
      assertThat(slim.loadTable(CUSTOMERS).currentSnapshot())
          .isEqualTo(client.loadTable(CUSTOMERS).currentSnapshot());
    }
    assertThat(client.loadTable(ORDERS).schema().columns()).hasSize(4);
    assertThatThrownBy(() -> project.client("no-such"))
        .hasMessageContaining("Cannot open warehouse 'no-such'");
  }

  // Writing

  @Test
  void append_isPublishedJournalledDetectedAndBuiltAgain() throws IOException {
    Table table = client.loadTable(ORDERS);
    DataFile more = OutsideWriter.repeat(table);
    table.newAppend().appendFile(more).commit();

    assertThat(count("orders")).isEqualTo(6);
    assertThat(OutsideWriter.rows(client.loadTable(ORDERS))).isEqualTo(6);
    JsonNode run = project.shell().json("history", "--json").get("runs").get(0);
    long number = run.get("run").asLong();
    assertThat(run.toString()).contains("outside").contains("orders");

    JsonNode plan = project.shell().json("plan", "--json");
    assertThat(reason(plan, "orders")).contains("changed by an outside writer in run " + number);
    assertThat(reason(plan, "by_country")).contains("input orders changed");
    assertThat(reason(plan, "customers")).contains("up to date");

    project.shell().succeed("run");
    assertThat(count("orders")).isEqualTo(3);
    assertThat(OutsideWriter.rows(client.loadTable(ORDERS))).isEqualTo(3);
    assertThat(reason(project.shell().json("plan", "--json"), "orders")).contains("up to date");
  }

  @Test
  void append_toASource_isDetectedAndLoadedAgain() throws IOException {
    Table table = client.loadTable(TableIdentifier.of("main", "raw_orders"));
    table.newAppend().appendFile(OutsideWriter.repeat(table)).commit();
    assertThat(count("raw_orders")).isEqualTo(6);
    JsonNode plan = project.shell().json("plan", "--json");
    assertThat(reason(plan, "raw_orders")).contains("changed by an outside writer in run");
    project.shell().succeed("run");
    assertThat(count("raw_orders")).isEqualTo(3);
    assertThat(count("orders")).isEqualTo(3);
  }

  @Test
  void delete_ofAllRows_isPublished() throws IOException {
    client.loadTable(ORDERS).newDelete().deleteFromRowFilter(alwaysTrue()).commit();
    assertThat(count("orders")).isZero();
  }

  @Test
  void commit_onWhatIsNoLongerShown_isRefused() {
    Table stale = client.loadTable(ORDERS);
    Table fresh = client.loadTable(ORDERS);
    DataFile file = OutsideWriter.repeat(fresh);
    fresh.newAppend().appendFile(file).commit();
    DataFile gone = OutsideWriter.files(stale).getFirst();
    fresh.newDelete().deleteFile(gone).commit();
    assertThatThrownBy(
            () ->
                stale
                    .newRewrite()
                    .validateFromSnapshot(stale.currentSnapshot().snapshotId())
                    .deleteFile(gone)
                    .addFile(OutsideWriter.repeat(fresh))
                    .commit())
        .isInstanceOf(RuntimeException.class);
    assertThat(OutsideWriter.rows(client.loadTable(ORDERS))).isEqualTo(3);
  }

  @Test
  void transaction_overSeveralTables_isOneRunOfTheLedger() throws IOException {
    OutsideTransaction.repeatBoth(client, "orders", "customers");
    assertThat(published("orders").runId()).isEqualTo(published("customers").runId());
    assertThat(count("orders")).isEqualTo(6);
    assertThat(count("customers")).isEqualTo(4);
  }

  @Test
  void transaction_withOneThatConflicts_changesNone() throws IOException {
    List<TableCommit> commits =
        List.of(
            OutsideTransaction.repeat(client, "orders"),
            OutsideTransaction.repeat(client, "customers"));
    Table faster = client.loadTable(CUSTOMERS);
    faster.newAppend().appendFile(OutsideWriter.repeat(faster)).commit();
    long ordersBefore = published("orders").id();

    assertThatThrownBy(() -> client.commitTransaction(commits))
        .isInstanceOf(CommitFailedException.class);
    assertThat(published("orders").id()).isEqualTo(ordersBefore);
    assertThat(count("orders")).isEqualTo(3);
    assertThat(count("customers")).isEqualTo(4);
    // What was taken into the lake for it is given up again, so that it may be tried once more.
    Table again = client.loadTable(ORDERS);
    again.newAppend().appendFile(OutsideWriter.repeat(again)).commit();
    assertThat(count("orders")).isEqualTo(6);
  }

  @Test
  void transactions_areSeenWholeByReaders() throws Exception {
    int transactions = 12;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writer =
          threads.submit(
              () -> {
                for (int i = 0; i < transactions; i++) {
                  OutsideTransaction.repeatBoth(client, "orders", "customers");
                }
              });
      Set<Long> states = new HashSet<>();
      while (!writer.isDone()) {
        JsonNode row =
            project
                .shell()
                .json(
                    "sql",
                    "select (select count(*) from orders) as o, (select count(*) from customers) as c",
                    "--json")
                .get(0);
        assertThat(row.get("o").asLong() / 3)
            .as("3 orders and 2 customers come with each transaction")
            .isEqualTo(row.get("c").asLong() / 2);
        states.add(row.get("o").asLong());
      }
      writer.get();
      assertThat(states)
          .as("states between the first and the last were seen")
          .hasSizeGreaterThan(2);
    }
    assertThat(count("orders")).isEqualTo(3L * (transactions + 1));
  }

  @Test
  void writersAtOnce_loseNothing() throws Exception {
    int writers = 4;
    int each = 5;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        running.add(
            threads.submit(
                () -> {
                  int done = 0;
                  while (done < each) {
                    Table table = client.loadTable(ORDERS);
                    DataFile file = OutsideWriter.repeat(table);
                    try {
                      table.newFastAppend().appendFile(file).commit();
                      done++;
                    } catch (CommitFailedException e) {
                      // Overtaken more often than the client tries by itself: refused, so undone.
                    }
                  }
                }));
      }
      for (Future<?> writer : running) {
        writer.get();
      }
    }
    assertThat(count("orders")).isEqualTo(3L * (writers * each + 1));
    assertThat(OutsideWriter.rows(client.loadTable(ORDERS))).isEqualTo(3L * (writers * each + 1));
  }

  @Test
  void aRunUnderWay_keepsWritersOut_andLetsReadersIn() throws IOException {
    TableCommit commit = OutsideTransaction.repeat(client, "orders");
    try (RunLock _ = project.headrace().lock(Reach.of("prod"), Duration.ZERO)) {
      assertThat(OutsideWriter.rows(client.loadTable(ORDERS))).isEqualTo(3);
      assertThatThrownBy(() -> client.commitTransaction(commit))
          .isInstanceOf(CommitFailedException.class)
          .hasMessageContaining("a run of the project is under way");
    }
    client.commitTransaction(commit);
    assertThat(count("orders")).isEqualTo(6);
  }

  @Test
  void ownNamespace_holdsTablesBesideTheProjects_andOneTransactionSpansBoth() throws IOException {
    Namespace mine = Namespace.of("mine");
    client.createNamespace(mine, new HashMap<>(Map.of("owner", "someone")));
    TableIdentifier name = TableIdentifier.of(mine, "notes");
    client.createTable(
        name, new Schema(Types.NestedField.optional(1, "note", Types.StringType.get())));
    TableCommit note =
        TableCommit.create(
            name,
            OutsideTransaction.metadata(client.loadTable(name)),
            TableMetadata.buildFrom(OutsideTransaction.metadata(client.loadTable(name)))
                .setProperties(Map.of("written", "yes"))
                .build());
    client.commitTransaction(OutsideTransaction.repeat(client, "orders"), note);
    assertThat(client.loadTable(name).properties()).containsEntry("written", "yes");
    assertThat(count("orders")).isEqualTo(6);

    project.shell().succeed("run");
    project.shell().succeed("gc", "--keep", "0d");
    assertThat(client.loadTable(name).properties()).containsEntry("written", "yes");
    assertThat(client.listNamespaces()).containsExactly(Namespace.of("main"), mine);
    assertThat(OutsideWriter.rows(client.loadTable(ORDERS))).isEqualTo(3);
  }

  // What others may not do

  @Test
  void theProjectsTables_areDefinedByTheProjectOnly() {
    Table table = client.loadTable(ORDERS);
    Namespace main = Namespace.of("main");
    Schema schema = new Schema(Types.NestedField.required(1, "a", Types.LongType.get()));
    List<Runnable> attempts = new ArrayList<>();
    attempts.add(() -> table.updateSchema().addColumn("b", Types.LongType.get()).commit());
    attempts.add(() -> table.updateProperties().set("a", "b").commit());
    attempts.add(
        () -> table.manageSnapshots().createTag("t", snapshot(published("orders"))).commit());
    attempts.add(() -> table.updateLocation().setLocation("/tmp/elsewhere").commit());
    attempts.add(() -> client.dropTable(ORDERS, false));
    attempts.add(() -> client.dropTable(ORDERS, true));
    attempts.add(() -> client.renameTable(ORDERS, TableIdentifier.of("main", "x")));
    attempts.add(() -> client.createTable(TableIdentifier.of("main", "mine"), schema));
    attempts.add(() -> client.createTable(TableIdentifier.of("main", "by_country2"), schema));
    attempts.add(() -> client.buildTable(ORDERS, schema).replaceTransaction().commitTransaction());
    attempts.add(() -> client.dropView(TableIdentifier.of("main", "big_orders")));
    attempts.add(() -> client.setProperties(main, new HashMap<>(Map.of("a", "b"))));
    attempts.add(() -> client.dropNamespace(main));
    for (int i = 0; i < attempts.size(); i++) {
      assertThatThrownBy(attempts.get(i)::run)
          .as("attempt %d", i)
          .isInstanceOf(ForbiddenException.class);
    }
    assertThat(client.loadTable(ORDERS).schema().columns()).hasSize(4);
  }

  @Test
  void filesThatNotEveryReaderFindsOrUnderstands_areRefused() throws IOException {
    Table table = client.loadTable(ORDERS);
    DataFile elsewhere = OutsideWriter.repeat(table, directory.resolve("elsewhere"));
    assertThatThrownBy(() -> table.newAppend().appendFile(elsewhere).commit())
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("lies outside of");
    DataFile missing = OutsideWriter.repeat(table);
    Files.delete(Path.of(missing.location()));
    assertThatThrownBy(() -> client.loadTable(ORDERS).newAppend().appendFile(missing).commit())
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("it is not there");
    assertThat(count("orders")).isEqualTo(3);
  }

  private long count(String table) throws IOException {
    return project
        .shell()
        .json("sql", "select count(*) as n from " + table, "--json")
        .get(0)
        .get("n")
        .asLong();
  }

  private static String reason(JsonNode plan, String asset) {
    for (JsonNode step : plan.get("steps")) {
      if (step.get("asset").asText().equals(asset)) {
        return step.toString();
      }
    }
    throw new AssertionError("no step " + asset + " in " + plan);
  }
}

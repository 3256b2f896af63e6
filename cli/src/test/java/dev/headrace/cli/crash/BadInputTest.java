package dev.headrace.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.testkit.Golden;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a tired user gets wrong, and what he is told: one message with a code and a hint, the right
 * exit code, and nothing lost. The texts are in {@code golden/bad-input}.
 */
class BadInputTest {
  @TempDir Path directory;

  /** A file of a project that already runs is replaced, and the project run again. */
  private record Mistake(String name, String file, byte[] content, String... command) {
    Mistake(String name, String file, String content, String... command) {
      this(name, file, content.getBytes(StandardCharsets.UTF_8), command);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mistake> mistakes() {
    String orders = "data/orders.csv";
    String t = "tables/t.sql";
    return Stream.of(
        new Mistake("ragged-rows", orders, "id,day,total\n1,2026-01-01\n2,2026-01-02,20,5\n"),
        new Mistake("empty-file", orders, ""),
        new Mistake("header-only", orders, "id,day,total\n"),
        new Mistake(
            "wrong-encoding",
            orders,
            "id,day,total\n1,M\u00fcller,3\n".getBytes(StandardCharsets.ISO_8859_1)),
        new Mistake("duplicate-columns", orders, "id,total,id\n1,2,3\n"),
        new Mistake("columns-differ-by-case", orders, "id,total,ID\n1,2,3\n"),
        new Mistake("missing-file", "sources/orders.yaml", "files: data/nothing.csv\n"),
        new Mistake("missing-glob", "sources/orders.yaml", "files: dta/*.csv\n"),
        new Mistake("file-is-a-directory", "sources/orders.yaml", "files: data\n"),
        new Mistake(
            "unknown-type", "sources/orders.yaml", "files: data/orders.csv\ncolumns: {id: intt}\n"),
        new Mistake("unknown-yaml-key", "sources/orders.yaml", "file: data/orders.csv\n"),
        new Mistake("broken-yaml", "sources/orders.yaml", "files: [data/orders.csv\n"),
        new Mistake("table-reads-itself", t, "select * from t"),
        new Mistake("circle", t, "select * from u"),
        new Mistake("unknown-table", t, "select *\nfrom ordrs"),
        new Mistake("unknown-column", t, "select id,\n  totl\nfrom orders"),
        new Mistake("syntax-error", t, "select id\nfrom orders\nwhere where id = 1"),
        new Mistake("not-a-select", t, "create table x as select 1"),
        new Mistake("reads-a-file", t, "select * from read_csv('/etc/passwd')"),
        new Mistake(
            "check-of-absent-column",
            t,
            "/*---\nchecks:\n  - not-null: [nope]\n---*/\nselect id from orders"),
        new Mistake(
            "check-unknown", t, "/*---\nchecks:\n  - notnull: [id]\n---*/\nselect id from orders"),
        new Mistake(
            "check-fails",
            t,
            "/*---\nchecks: [{range: {total: {max: 15}}}]\n---*/\nselect * from orders"),
        new Mistake(
            "by-day-without-time",
            t,
            "/*---\nmaterialize: incremental\n---*/\nselect id from orders"),
        new Mistake(
            "key-is-no-column",
            t,
            "/*---\nmaterialize: incremental\nkey: [nope]\n---*/\nselect id from orders"),
        new Mistake("sql-unknown-table", t, "select * from orders", "sql", "select * from ordrs"),
        new Mistake("sql-drop", t, "select * from orders", "sql", "drop table t"),
        new Mistake(
            "sql-two-statements", t, "select * from orders", "sql", "select 1; drop table t"),
        new Mistake(
            "sql-file-function",
            t,
            "select * from orders",
            "sql",
            "select * from read_text('/etc/passwd')"),
        new Mistake(
            "sql-file-name", t, "select * from orders", "sql", "select * from '/etc/passwd'"),
        new Mistake("sql-copy", t, "select * from orders", "sql", "copy t to '/tmp/t.csv'"),
        new Mistake("sql-syntax", t, "select * from orders", "sql", "selct 1"),
        new Mistake("sql-unknown-column", t, "select * from orders", "sql", "select totl from t"),
        new Mistake("sql-nothing", t, "select * from orders", "sql", " "),
        new Mistake("unknown-option", t, "select * from orders", "run", "--ful-refresh"),
        new Mistake("unknown-selection", t, "select * from orders", "run", "--select", "ordrs"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistake_isTold_andNothingIsLost(Mistake mistake) throws Exception {
    Workshop shop =
        ConcurrencyTest.shop(directory)
            .file("sources/orders.yaml", "files: data/orders.csv\nload: replace\n")
            .file("tables/u.sql", "select * from t");
    shop.succeed("run");
    Map<String, List<String>> tables = shop.tables();
    Files.write(shop.directory().resolve(mistake.file()), mistake.content());
    String[] command = mistake.command().length == 0 ? new String[] {"run"} : mistake.command();
    Child.End end = shop.command(command);

    Golden.of("cli/src/test/resources/golden/bad-input/" + mistake.name() + ".txt")
        .matches(text(end));
    if (end.exitCode() != 0) {
      ConcurrencyTest.shop(directory);
      shop.file("sources/orders.yaml", "files: data/orders.csv\nload: replace\n");
      Map<String, List<String>> after = shop.tables();
      after.keySet().removeIf(table -> table.endsWith("__failed"));
      assertThat(Workshop.differences(tables, after)).isEmpty();
    }
    assertThat(LakeFiles.temporary(shop)).isEmpty();
  }

  /** What was printed, without what differs from run to run and from machine to machine. */
  private String text(Child.End end) {
    return ("exit " + end.exitCode() + "\n--- out\n" + end.out() + "--- err\n" + end.err())
        .replace(directory.toString(), "DIR")
        .replaceAll("\\d+(\\.\\d+)? s\\b", "N s");
  }

  @Test
  void head_thatReadsEnough_endsAHugeResult() throws Exception {
    Workshop shop = ConcurrencyTest.shop(directory);
    shop.succeed("run");
    List<String> command =
        List.of("sql", "--format", "csv", "select a.id, b.range from t a, range(2000000000) b");
    try (Child child =
        Child.start(
            shop.directory(),
            List.of("sh", "-c", "{ \"$@\"; echo \"exit $?\" >&2; } | head -3", "sh"),
            List.of(),
            Map.of(),
            command)) {
      Child.End end = child.await();
      assertThat(end.out().lines()).containsExactly("id,range", "1,0", "1,1");
      assertThat(end.err().lines()).containsExactly("exit 141");
    }
  }

  /** A gigabyte without a line end, in a process with half of that. */
  @Test
  @Tag("slow")
  void line_ofAGigabyte_isRejectedInConstantMemory() throws Exception {
    Workshop shop =
        ConcurrencyTest.shop(directory)
            .file("sources/orders.yaml", "files: data/*.csv\nmax-rejected: 60%\n");
    byte[] block = new byte[1 << 20];
    Arrays.fill(block, (byte) 'x');
    try (OutputStream out =
        new BufferedOutputStream(
            Files.newOutputStream(shop.directory().resolve("data/long.csv")))) {
      out.write("id,day,total\n".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 1024; i++) {
        out.write(block);
      }
      out.write("\n3,2026-01-03,30\n".getBytes(StandardCharsets.UTF_8));
    }
    try (Child child = shop.start("run")) {
      Child.End end = child.await();
      assertThat(end.exitCode()).as(end.toString()).isZero();
      assertThat(end.out()).contains("1 row kept aside");
    }
    assertThat(shop.tables().get("t")).hasSize(4);
    assertThat(shop.tables().get("orders__rejected").get(1)).contains("longer than max-row");
  }
}

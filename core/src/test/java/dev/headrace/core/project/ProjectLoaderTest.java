package dev.headrace.core.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.error.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectLoaderTest {
  @TempDir Path project;

  @BeforeEach
  void config() throws IOException {
    write("headrace.yaml", "name: shop\n");
  }

  @Test
  void loadConfig_brokenDeclarations_areNotLookedAt() throws IOException {
    write("headrace.yaml", "name: shop\ntimezone: Europe/Berlin\nstate: elsewhere\n");
    write("raws/orders.yaml", "no such key: 1\n");

    ProjectConfig config = Toys.loader().loadConfig(project, new Environment(Map.of()));

    assertThat(config.timezone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(config.state(project)).isEqualTo(project.resolve("elsewhere"));
  }

  @Test
  void loadConfig_unknownKey_isTheSameErrorAsOfTheWholeProject() throws IOException {
    write("headrace.yaml", "name: shop\ntimezonee: UTC\n");

    HeadraceException alone =
        catchThrowableOfType(
            HeadraceException.class,
            () -> Toys.loader().loadConfig(project, new Environment(Map.of())));
    HeadraceException whole =
        catchThrowableOfType(
            HeadraceException.class, () -> Toys.loader().load(project, new Environment(Map.of())));

    assertThat(alone.code()).isEqualTo(ProjectError.PROJECT_INVALID);
    assertThat(alone).hasMessage(whole.getMessage()).hasMessageContaining("timezonee");
  }

  @Test
  void load_validProject_bindsAndDefinesEverything() throws IOException {
    write(
        "headrace.yaml",
        """
        name: shop
        timezone: Europe/Berlin
        engine:
          goose: {url: "http://localhost", password: "${env:GOOSE_PASSWORD}"}
        pond: {depths: {left: 1.5, right: 2}}
        run: {parallel: 2}
        """);
    write("raws/orders.yaml", "files: data/*.csv\nmax-rejected: 1%\ntags: [daily]\n");
    write(
        "deriveds/kpi/revenue.sql",
        """
        /*---
        materialize: {by-time: {column: day, lookback: 3d}}
        ---*/
        select day, sum(total)
        from orders join orders__rejected
        """);

    Project loaded =
        Toys.loader().load(project, new Environment(Map.of("GOOSE_PASSWORD", "honk, honk")));

    assertThat(loaded.config().name()).isEqualTo("shop");
    assertThat(loaded.config().timezone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(loaded.config().run()).isEqualTo(new RunConfig(2, 3, Duration.ofSeconds(1)));
    assertThat(loaded.config().find(Toys.DUCK)).isEmpty();
    Toys.Goose goose = loaded.config().find(Toys.GOOSE).orElseThrow();
    assertThat(goose.password().reveal()).isEqualTo("honk, honk");
    assertThat(goose.toString()).doesNotContain("honk");
    assertThat(loaded.config().find(Toys.POND).orElseThrow().depths())
        .containsExactly(Map.entry("left", 1.5), Map.entry("right", 2.0));
    assertThat(loaded.state()).isEqualTo(project.resolve(".headrace"));
    assertThat(loaded.declarations().keySet()).containsExactly("orders", "revenue");
    Toys.DerivedSpec revenue = (Toys.DerivedSpec) loaded.declarations().get("revenue").spec();
    assertThat(revenue.materialize()).isEqualTo(new Toys.ByTime("day", Duration.ofDays(3)));
    assertThat(revenue.sql().firstLine()).isEqualTo(4);
    assertThat(revenue.sql().text()).startsWith("select day").endsWith("orders__rejected");
    assertThat(loaded.definitions().get("revenue").inputs())
        .containsExactly("orders", "orders__rejected");
    assertThat(loaded.definitions().get("orders").tags()).containsExactly("daily");
  }

  @Test
  void load_nothingButAName_takesTheFirstOptionAndAllDefaults() {
    ProjectConfig config = Toys.loader().load(project, Environment.empty()).config();

    assertThat(config.find(Toys.DUCK)).contains(new Toys.Duck(ByteSize.parse("4GiB"), null));
    assertThat(config.find(Toys.GOOSE)).isEmpty();
    assertThat(config.find(Toys.POND)).isPresent();
    assertThat(config.timezone().getId()).isEqualTo("UTC");
  }

  @Test
  void load_bothPhasesFail_reportsThemTogether() throws IOException {
    write("raws/orders.yaml", "files: x\nmax-rejcted: 1%\n");
    write("deriveds/a.sql", "select 1\nfrom orders join ordrs\n");

    List<Problem> problems = problems();

    // 'orders' did not bind, but it is there: only the misspelt table is unknown.
    assertThat(problems)
        .containsExactly(
            new Problem(
                new Location("deriveds/a.sql", 2, 18),
                "There is no table 'ordrs'.",
                "Did you mean 'orders'?"),
            new Problem(
                new Location("raws/orders.yaml", 2, 1),
                "Unknown key 'max-rejcted'.",
                "Did you mean 'max-rejected'?"));
  }

  @Test
  void load_noProject_saysHowToMakeOne() throws IOException {
    Files.delete(project.resolve("headrace.yaml"));
    HeadraceException missing = failure();
    assertThat(missing.code()).isEqualTo(ProjectError.PROJECT_NOT_FOUND);
    assertThat(missing.hint()).contains("headrace init");

    write("headrace.yml", "name: shop\n");
    assertThat(failure().hint()).isEqualTo("Rename headrace.yml to headrace.yaml.");

    HeadraceException nowhere =
        catchThrowableOfType(
            HeadraceException.class,
            () -> Toys.loader().load(project.resolve("absent"), Environment.empty()));
    assertThat(nowhere).hasMessageEndingWith("there is no such directory.");
  }

  @Test
  void load_wrongNames_sayWhatToRenameThemTo() throws IOException {
    write("raws/Orders.yaml", "files: x");
    write("raws/2fast.yaml", "files: x");
    write("raws/order.yaml", "files: x");
    write("raws/web-hits.yaml", "files: x");
    write("raws/a__b.yaml", "files: x");
    write("raws/twice.yaml", "files: x");
    write("deriveds/twice.sql", "select 1");
    write("raws/old.yml", "files: x");
    write("raws/data.csv", "a,b");
    write("derived/lost.sql", "select 1");

    assertThat(problems())
        .extracting(p -> p.location() + " " + p.message() + " " + p.hint())
        .containsExactly(
            "derived The folder 'derived' is of no kind. Did you mean 'deriveds'?",
            "deriveds/twice.sql The name 'twice' is taken by raws/twice.yaml."
                + " Names are unique in a project: rename one of them.",
            "raws/2fast.yaml The name '2fast' is not made of lower-case letters, digits and '_'."
                + " Rename it to t_2fast.yaml.",
            "raws/Orders.yaml The name 'Orders' is not made of lower-case letters, digits and '_'."
                + " Rename it to orders.yaml.",
            "raws/a__b.yaml The name 'a__b' contains '__', which is reserved for side tables."
                + " Rename it to a_b.yaml.",
            "raws/data.csv Files in raws/ end in .yaml. Rename it, or move it to another folder.",
            "raws/old.yml Files in raws/ end in .yaml. Rename it to old.yaml.",
            "raws/order.yaml The name 'order' is a reserved word of SQL."
                + " Rename it, for example to orders.yaml.",
            "raws/web-hits.yaml The name 'web-hits' is not made of lower-case letters, digits and"
                + " '_'. Rename it to web_hits.yaml.");
  }

  @Test
  void load_leftoversAndNotes_areNoDeclarations() throws IOException {
    write("raws/.gitkeep", "");
    write("raws/.orders.yaml.swp", "x");
    write("raws/orders.yaml~", "x");
    write("raws/README.md", "x");
    write("raws/#orders.yaml#", "x");
    write("data/orders.csv", "x");

    assertThat(Toys.loader().load(project, Environment.empty()).declarations()).isEmpty();
  }

  @Test
  void load_linkToAFolderAbove_isAProblemNotALoop() throws IOException {
    write("raws/deep/orders.yaml", "files: x");
    Files.createSymbolicLink(project.resolve("raws/deep/again"), project.resolve("raws"));

    assertThat(problems())
        .extracting(Problem::message)
        .containsExactly("The folder is a link to a folder above it.");
  }

  @Test
  void load_filesThatAreNoText_areProblems() throws IOException {
    Files.createDirectories(project.resolve("raws"));
    Files.write(
        project.resolve("raws/latin.yaml"),
        "files: x\n# gro\u00df\n".getBytes(StandardCharsets.ISO_8859_1));
    Files.write(project.resolve("raws/huge.yaml"), new byte[(3 << 20) + 1]);
    Files.createSymbolicLink(project.resolve("raws/dangling.yaml"), Path.of("nowhere"));
    write("raws/bom.yaml", "\uFEFFfiles: x");

    assertThat(problems())
        .extracting(p -> p.location() + " " + p.message())
        .containsExactly(
            "raws/dangling.yaml The file cannot be read (NoSuchFileException).",
            "raws/huge.yaml The file is larger than 3 MiB.",
            "raws/latin.yaml:2:6 The file is not UTF-8: byte 0xDF.");
  }

  @Test
  void load_thousandFiles_definesEachOnce() throws IOException {
    for (int i = 0; i < 500; i++) {
      write("raws/raw_" + i + ".yaml", RAW);
      write("deriveds/derived_" + i + ".sql", DERIVED.formatted(i));
    }
    assertThat(Toys.loader().load(project, Environment.empty()).definitions()).hasSize(1000);
  }

  private static final String RAW =
      """
      files: data/orders/*.csv           # one glob or a list
      format: csv
      load: append
      columns: {ordered_at: timestamp, total: "decimal(12,2)"}
      key: [order_id]
      max-rejected: 1%
      checks:
        - not-null: [order_id]
        - range: {total: {min: 0}}
          severity: warn
      """;
  private static final String DERIVED =
      """
      /*---
      materialize: {by-time: {column: day, lookback: 3d}}
      checks:
        - not-null: [order_id, customer_id]
        - accepted-values: {status: [open, paid, void]}
      ---*/
      select * from raw_%d where total > 0
      """;

  private HeadraceException failure() {
    return Optional.ofNullable(
            catchThrowableOfType(
                HeadraceException.class, () -> Toys.loader().load(project, Environment.empty())))
        .orElseThrow();
  }

  private List<Problem> problems() {
    HeadraceException invalid = failure();
    assertThat(invalid.code()).isEqualTo(ProjectError.PROJECT_INVALID);
    return invalid.problems();
  }

  private void write(String file, String text) throws IOException {
    Path path = project.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}

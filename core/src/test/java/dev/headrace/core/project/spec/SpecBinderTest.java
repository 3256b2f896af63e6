package dev.headrace.core.project.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Kind.FileForm;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Toys;
import dev.headrace.core.project.spec.SpecBinder.Bound;
import dev.headrace.spi.error.Location;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecBinderTest {
  @TempDir Path directory;
  private final Problems problems = new Problems();

  @Test
  void bind_everyType_readsWhatIsWritten() {
    Toys.RawSpec spec =
        raw(
            """
            files: data/*.csv
            format: json-lines
            columns: {z: text, a: "decimal(12,2)"}
            key: [b, a]
            max-rejected: 0.5%
            patience: 1d12h
            since: 2026-01-31
            max-bytes: 1.5KiB
            weight: 1.250
            factor: 2
            count: 0x1F
            header: false
            tags: [b, a]
            also-as: [parquet, csv]
            default: no
            """);

    assertThat(spec.files()).containsExactly("data/*.csv");
    assertThat(spec.format()).isEqualTo(Toys.Format.JSON_LINES);
    assertThat(spec.load()).isEqualTo(Toys.Load.APPEND);
    assertThat(spec.columns().keySet()).containsExactly("z", "a");
    assertThat(spec.key()).containsExactly("b", "a");
    assertThat(spec.maxRejected().fraction()).isEqualTo(0.005);
    assertThat(spec.patience()).isEqualTo(Duration.ofHours(36));
    assertThat(spec.since()).isEqualTo(LocalDate.of(2026, 1, 31));
    assertThat(spec.maxBytes().bytes()).isEqualTo(1536);
    assertThat(spec.weight()).isEqualTo(new BigDecimal("1.250"));
    assertThat(spec.factor()).isEqualTo(2.0);
    assertThat(spec.count()).isEqualTo(31L);
    assertThat(spec.header()).isFalse();
    assertThat(spec.tags()).containsExactly("a", "b");
    assertThat(spec.alsoAs()).containsExactly(Toys.Format.PARQUET, Toys.Format.CSV);
    assertThat(spec.default_()).isEqualTo("no");
    assertThat(spec.checks()).isEmpty();
  }

  @Test
  void bind_inlineChoices_standAmongTheKeys() {
    Toys.RawSpec spec =
        raw(
            """
            files: x
            checks:
              - not-null: id
              - accepted-values: {status: [1, 007, on, null_]}
                severity: warn
              - range: {total: {min: 0}}
              - rows:
              - foreign-key: {column: a, table: b}
            """);

    assertThat(spec.checks())
        .containsExactly(
            new Toys.Check(new Toys.NotNull(List.of("id")), Toys.Severity.ERROR, null),
            new Toys.Check(
                new Toys.AcceptedValues(Map.of("status", List.of("1", "007", "on", "null_"))),
                Toys.Severity.WARN,
                null),
            new Toys.Check(
                new Toys.Range(Map.of("total", new Toys.Bounds(BigDecimal.ZERO, null))),
                Toys.Severity.ERROR,
                null),
            new Toys.Check(new Toys.Rows(), Toys.Severity.ERROR, null),
            new Toys.Check(new Toys.ForeignKey("a", "b", "id"), Toys.Severity.ERROR, null));
  }

  /** One mistake each; the place is that of the mistake. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "fils: x                    | 1:1 | Unknown key 'fils'.                             | Did you mean 'files'?",
        "files: x~max_rejected: 1%  | 2:1 | Unknown key 'max_rejected'.                     | Did you mean 'max-rejected'?",
        "files: x~checks: [{range: {t: {mim: 1}}}] | 2:23 | Unknown key 'checks[0].range.t.mim'. | Did you mean 'min'?",
        "files: x~files: y          | 2:1 | The key 'files' is written twice; first on line 1. | Keep one of them.",
        "load: append               | 1:1 | The key 'files' is missing.                     | Globs of the files.",
        "files:                     | 1:7 | 'files' has no value.                           | Give it one, or remove the key.",
        "files: [a, null]           | 1:12 | 'files[1]' has no value.                       | Give it one, or remove the key.",
        "files: {a: b}              | 1:8 | 'files' must be a text, but is a map.           | -",
        "files: x~format: csvv      | 2:9 | 'format' must be one of csv, json-lines, parquet, but is 'csvv'. | Did you mean 'csv'?",
        "files: x~count: 3.5        | 2:8 | 'count' must be a whole number, but is '3.5'.   | -",
        "files: x~count: `3`        | 2:8 | -                                               | -",
        "files: x~count: 9223372036854775808 | 2:8 | 'count' must be a whole number from -9223372036854775808 to 9223372036854775807, but is '9223372036854775808'. | -",
        "files: x~header: yes       | 2:9 | 'header' must be true or false, but is 'yes'.   | -",
        "files: x~factor: .nan      | 2:9 | 'factor' must be a finite number, but is '.nan'. | -",
        "files: x~max-rejected: 0.01 | 2:15 | 'max-rejected' must be a percentage from 0% to 100%, such as 1%, but is '0.01'. | -",
        "files: x~patience: 3       | 2:11 | 'patience' must be a duration such as 10s, 30m, 12h, 3d or 1d12h, but is '3'. | -",
        "files: x~since: 2026-02-30 | 2:8 | 'since' must be a date such as 2026-01-31, but is '2026-02-30'. | -",
        "files: x~max-bytes: 12     | 2:12 | 'max-bytes' must be a size with its unit, such as 512MB or 2GiB, but is '12'. | -",
        "files: x~columns: {a: int} | 2:14 | 'columns.a' must be text, number, timestamp or decimal(p,s), but is 'int'. | -",
        "files: x~tags: [a, b, a]   | 2:14 | 'tags[2]' repeats 'a'.                         | -",
        "files: x~checks: [{range: {t: {min: 2, max: 1}}}] | 2:22 | -                          | -",
        "files: x~checks: [{severity: warn}] | 2:10 | One key is missing in 'checks[0]': one of not-null, accepted-values, range, sql, rows, foreign-key. | -",
        "files: x~login: {user: a, password: hunter2} | 2:28 | 'login.password' is a secret and must not be written in a file. | Write ${env:NAME} or ${file:PATH}.",
        "files: !!binary x          | 1:8 | 'files' is tagged !!binary.                            | -",
        "files: !glob x             | 1:8 | 'files' is tagged !glob.                      | Remove the tag.",
        "files: x~---~files: y      | 3:1 | A second YAML document begins here.             | Put each declaration into a file of its own.",
        "files:~\\tx                | 2:1 | A tab indents this line.                        | YAML is indented with spaces only.",
        "files: a: b                | 1:9 | This line is not YAML: a ':' stands where no key can be. | Check the indentation, and quote a value that contains ': '.",
        "files: *.csv               | 1:9 | This line is not YAML: an unquoted '*' stands for an alias. | Quote the value that starts with '*'.",
        "- files                    | 1:1 | -                                               | -",
        "? [a]~: b                  | 1:1 | -                                               | -",
        "# nothing                  | 1   | The file is empty.                              | -",
      })
  void bind_mistake_isOneProblemWithItsPlace(
      String yaml, String place, String message, String hint) {
    String text = yaml.replace("~", "\n").replace("\\t", "\t").replace('`', '"');
    Optional<Bound<Toys.RawSpec>> bound = bind(text);

    assertThat(bound).as("%s", problems.list()).isEmpty();
    assertThat(problems.list()).as(text).isNotEmpty();
    var first = problems.list().getFirst();
    assertThat(first.location().toString()).as("%s", first).isEqualTo("raws/a.yaml:" + place);
    if (message != null) {
      assertThat(problems.list()).hasSize(1);
      assertThat(first.message()).isEqualTo(message);
    }
    if (hint != null) {
      assertThat(first.hint()).isEqualTo(hint);
    }
  }

  @Test
  void bind_variables_comeFromTheEnvironmentOnly() throws IOException {
    Files.writeString(directory.resolve("password.txt"), "open sesame\n");
    Environment environment = new Environment(Map.of("COUNT", "12", "DIR", "in", "EMPTY", ""));

    Toys.RawSpec spec =
        bind(
                environment,
                """
                files: "${env:DIR}/${env:SUB:-all}/*.csv"
                count: ${env:COUNT}
                patience: ${env:EMPTY:-5m}
                default: $${env:DIR} costs $5 {
                login: {user: "${env:DIR}", password: "${file:password.txt}"}
                """)
            .orElseThrow()
            .spec();

    assertThat(spec.files()).containsExactly("in/all/*.csv");
    assertThat(spec.count()).isEqualTo(12);
    assertThat(spec.patience()).isEqualTo(Duration.ofMinutes(5));
    assertThat(spec.default_()).isEqualTo("${env:DIR} costs $5 {");
    assertThat(spec.login().password().reveal()).isEqualTo("open sesame");
    assertThat(spec.toString()).doesNotContain("sesame");
  }

  @Test
  void bind_variablesThatLeadNowhere_areNamed() {
    bind(
        """
        files: [ "${env:HOME}", "${file:nowhere.txt}", "${HOME}" ]
        """);

    assertThat(problems.list())
        .extracting(p -> p.location().column() + " " + p.message())
        .containsExactly(
            "10 'files[0]' refers to the environment variable HOME, which is not set.",
            "25 'files[1]' refers to the file nowhere.txt, which cannot be read.",
            "48 'files[2]' contains ${HOME}, which is neither ${env:NAME} nor ${file:PATH};"
                + " write $${ for a literal ${.");
  }

  @Test
  void bind_valueFromTheEnvironment_isNeverRepeated() {
    bind(
        new Environment(Map.of("TOKEN", "hunter2", "MIN", "98765")),
        """
        files: x
        columns: {a: "${env:TOKEN}"}
        count: ${env:TOKEN}
        format: ${env:TOKEN}
        checks: [{range: {t: {min: "${env:MIN}", max: 1}}}]
        """);

    assertThat(problems.list()).hasSize(4);
    assertThat(problems.list().toString()).doesNotContain("hunter2").doesNotContain("98765");
    assertThat(problems.list().getFirst().message()).contains("'${env:TOKEN}'");
  }

  @Test
  void bind_aliases_workWithinReason() {
    assertThat(raw("files: &f [a, b]\nkey: *f\n").key()).containsExactly("a", "b");

    StringBuilder lists = new StringBuilder("files:\n- &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      lists.append("- &a").append(i).append(" [");
      lists.append(("*a" + (i - 1) + ",").repeat(10)).append("]\n");
    }
    assertThat(bind(lists.toString())).isEmpty();
    assertThat(problems.list()).isNotEmpty();
  }

  /** A record that contains itself, in which a bomb could go off. */
  record Nested(@Default("[]") List<Nested> of) {}

  @Test
  void bind_aliasBomb_isRefused() {
    StringBuilder bomb = new StringBuilder("of:\n- &a0 {}\n");
    // Two aliases each: the parser refuses files with more than fifty.
    for (int i = 1; i < 25; i++) {
      bomb.append("- &a").append(i).append(" {of: [");
      bomb.append(("*a" + (i - 1) + ",").repeat(2)).append("]}\n");
    }
    var bound =
        new SpecBinder(Environment.empty(), directory)
            .bind(Nested.class, FileForm.YAML, "bomb.yaml", bomb.toString(), problems);

    assertThat(bound).isEmpty();
    assertThat(problems.list())
        .extracting(p -> p.message())
        .containsExactly("Aliases (*name) or nested values repeat without end.");
  }

  @Test
  void bind_endlessNesting_isAProblem() {
    new SpecBinder(Environment.empty(), directory)
        .bind(Nested.class, FileForm.YAML, "loop.yaml", "&a\nof: [*a]\n", problems);
    assertThat(problems.list()).hasSize(1);

    bind("files: " + "[".repeat(200_000));
    assertThat(problems.list()).hasSize(2);
  }

  @Test
  void bind_origin_knowsWhereKeysStand() {
    var origin =
        bind("files: x\ncolumns:\n  total: number\nchecks:\n- rows:\n- not-null: [a, b]\n")
            .orElseThrow()
            .origin();

    assertThat(origin.file()).isEqualTo("raws/a.yaml");
    assertThat(origin.at("columns.total")).isEqualTo(new Location("raws/a.yaml", 3, 3));
    assertThat(origin.at("checks[1].not-null")).isEqualTo(new Location("raws/a.yaml", 6, 3));
    assertThat(origin.at("checks[1].not-null[1]")).isEqualTo(new Location("raws/a.yaml", 6, 17));
    assertThat(origin.at("columns.absent")).isEqualTo(new Location("raws/a.yaml", 2, 1));
    assertThat(origin.at("absent")).isEqualTo(new Location("raws/a.yaml", 1, 1));
  }

  @Test
  void bindSql_header_keepsTheLinesOfTheFile() {
    Toys.DerivedSpec spec =
        sql("-- Revenue.\n\n/*---\nmaterialize: view\n---*/\n\nselect 1\n").orElseThrow().spec();
    assertThat(spec.materialize()).isEqualTo(new Toys.View());
    assertThat(spec.sql().firstLine()).isEqualTo(6);
    assertThat(spec.sql().at(2, 1)).isEqualTo(new Location("deriveds/a.sql", 7, 1));

    spec = sql("/*--- materialize: view ---*/ select 1").orElseThrow().spec();
    assertThat(spec.sql().text()).isEqualTo(" ".repeat(30) + "select 1");

    assertThat(sql("select 1\n").orElseThrow().spec().materialize()).isEqualTo(new Toys.Table());
    assertThat(sql("/*---\n# nothing yet\n---*/\nselect 1")).isPresent();
    assertThat(sql("/*---\r\nmaterialize: view\r\n---*/\r\nselect 1\r\n")).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/*---~materialise: view~---*/~select 1 | 2:1 | Unknown key 'materialise'.",
        "/*---~tags: [a~---*/~select 1          | 3:1 | This line is not YAML",
        "/*---~tags: [a]~select 1               | 1:1 | The header opened here is not closed.",
        "/*---~tags: [a] */~---*/~select 1      | 2:11 | '*/' inside the header",
        "/* ---~tags: [a]~---*/~select 1        | 1:1 | A header opens with '/*---'",
        "select 1~/*---~tags: [a]~---*/         | 2:1 | The header must stand before",
        "/*---~tags: [a]~---*/~-- nothing       | 4   | The file has no SQL statement.",
        "/*---~sql: select 1~---*/~select 1     | 2:1 | Unknown key 'sql'.",
        "/*---~materialize: {by-time: {}}~---*/~select 1 | 2:24 | The key 'column' is missing",
        "/*---~materialize: {by-tme: {}}~---*/~select 1 | 2:15 | Unknown key 'materialize.by-tme'.",
        "/*---~materialize: by-time~---*/~select 1 | 2:14 | 'materialize' is 'by-time' without",
        "/*---~materialize: {view: {}, table: {}}~---*/~select 1 | 2:14 | 'materialize' must have",
      })
  void bindSql_mistakeInTheHeader_hasThePlaceInTheFile(String text, String place, String message) {
    assertThat(sql(text.replace('~', '\n'))).isEmpty();

    var first = problems.list().getFirst();
    assertThat(first.location().toString()).as("%s", first).isEqualTo("deriveds/a.sql:" + place);
    assertThat(first.message()).startsWith(message);
  }

  @ParameterizedTest
  @CsvSource({"1B,1", "1kB,1000", "1KB,1000", "1KiB,1024", "2GiB,2147483648", "0.5MB,500000"})
  void byteSize_units_arePowersOf1000Or1024(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
    assertThat(ByteSize.parse(ByteSize.parse(text).toString()).bytes()).isEqualTo(bytes);
  }

  @Test
  void byteSize_notWholeOrTooLarge_isRefused() {
    assertThatThrownBy(() -> ByteSize.parse("0.5B")).hasMessageContaining("whole number of bytes");
    assertThatThrownBy(() -> ByteSize.parse("100000PB")).hasMessageContaining("8 EiB");
  }

  record Zone(ZoneId zone) {}

  @Test
  void bind_zone_suggestsTheNearest() {
    new SpecBinder(Environment.empty(), directory)
        .bind(Zone.class, FileForm.YAML, "z.yaml", "zone: Europe/Belrin", problems);
    assertThat(problems.list().getFirst().message()).contains("such as Europe/Berlin, but is");
  }

  record Wrong(@Default("3 days") Duration pause) {}

  @Test
  void bind_defaultThatDoesNotFit_isAProgrammersMistake() {
    assertThatThrownBy(
            () ->
                new SpecBinder(Environment.empty(), directory)
                    .bind(Wrong.class, FileForm.YAML, "w.yaml", "{}", problems))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("3 days");
  }

  private Toys.RawSpec raw(String yaml) {
    Optional<Bound<Toys.RawSpec>> bound = bind(yaml);
    assertThat(problems.list()).isEmpty();
    return bound.orElseThrow().spec();
  }

  private Optional<Bound<Toys.RawSpec>> bind(String yaml) {
    return bind(Environment.empty(), yaml);
  }

  private Optional<Bound<Toys.RawSpec>> bind(Environment environment, String yaml) {
    return new SpecBinder(environment, directory)
        .bind(Toys.RawSpec.class, FileForm.YAML, "raws/a.yaml", yaml, problems);
  }

  private Optional<Bound<Toys.DerivedSpec>> sql(String text) {
    return new SpecBinder(Environment.empty(), directory)
        .bind(Toys.DerivedSpec.class, FileForm.SQL, "deriveds/a.sql", text, problems);
  }
}

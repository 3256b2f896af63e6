package dev.headrace.data.ingest;

import static dev.headrace.data.ingest.IngestFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever lies in a directory of raw files gives rows, rejected rows, or one clear message. */
class BadInputTest {
  @TempDir Path directory;
  private IngestFixture at;

  @BeforeEach
  void open() throws IOException {
    at = new IngestFixture(directory);
  }

  @AfterEach
  void close() {
    at.close();
  }

  private HeadraceException failure(SourceSpec spec) {
    HeadraceException e = catchThrowableOfType(HeadraceException.class, () -> at.load(spec));
    assertThat(e).as("a failure").isNotNull();
    assertThat(directory.resolve("out")).isEmptyDirectory();
    assertThat(directory.resolve("staging")).isEmptyDirectory();
    return e;
  }

  private List<String> names(LoadResult result) {
    List<String> names = result.schema().names();
    return names.subList(0, names.size() - 3);
  }

  @Test
  void load_noSuchFiles() {
    HeadraceException e = failure(spec("in/2026/*.csv").build());
    assertThat(e.code()).isEqualTo(IngestError.INGEST_NO_FILES);
    assertThat(e).hasMessage("Cannot find files 'in/2026/*.csv': nothing matches.");
    assertThat(e.hint()).contains("'" + directory + "'");
  }

  @Test
  void load_directoryInPlaceOfAFile() throws IOException {
    at.write("in/a.csv", "a\n1\n");
    HeadraceException e = failure(spec("in").build());
    assertThat(e).hasMessage("Cannot read file 'in': it is a directory.");
    assertThat(e.hint()).contains("'in/*.csv'");
  }

  @Test
  void load_mixedFormats() throws IOException {
    at.write("in/a.csv", "a\n1\n");
    at.write("in/b.json", "{}\n");
    assertThat(failure(spec("in/*").build()))
        .hasMessage(
            "Cannot load 'in/a.csv' and 'in/b.json' as one source: one is csv, the other json.");
  }

  @Test
  void load_emptyFiles() throws IOException {
    at.write("in/empty.csv", "");
    at.write("in/header.csv", "\uFEFFid,name\n");
    LoadResult result = at.load(spec("in/*.csv").build());
    assertThat(result.rowsRead()).isZero();
    assertThat(result.written()).isEmpty();
    assertThat(result.files()).hasSize(2);
    assertThat(names(result)).containsExactly("id", "name");
    at.write("in/empty.json", "\n");
    assertThat(at.load(spec("in/*.json").build()).rowsRead()).isZero();
  }

  @Test
  void load_endingsAndMarks() throws IOException {
    at.write("in/a.csv", "\uFEFFid;x\r\n1;\"a\r\nb\"\r\n2;c");
    LoadResult result = at.load(spec("in/a.csv").build());
    assertThat(at.sql(result, "SELECT id, replace(x, chr(13), '^'), _line FROM raw ORDER BY id"))
        .containsExactly("1|a^\nb|2", "2|c|4");
  }

  @Test
  void load_encodings() throws IOException {
    String text = "name,city\nJürgen,Köln\n";
    at.write("in/latin.csv", text.getBytes(Charset.forName("ISO-8859-1")));
    LoadResult asUtf8 = at.load(spec("in/latin.csv").build());
    assertThat(asUtf8.reasons().getFirst().text()).isEqualTo("not UTF-8");
    assertThat(asUtf8.rejected()).isEqualTo(1);
    LoadResult asLatin = at.load(spec("in/latin.csv").encoding("iso-8859-1").build());
    assertThat(at.sql(asLatin, "SELECT name, city FROM raw")).containsExactly("Jürgen|Köln");

    at.write("in/wide.csv", ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE));
    HeadraceException e =
        catchThrowableOfType(HeadraceException.class, () -> at.load(spec("in/wide.csv").build()));
    assertThat(e).hasMessage("Cannot load file 'in/wide.csv': it is UTF-16, not utf-8.");
    LoadResult wide = at.load(spec("in/wide.csv").encoding("utf-16").build());
    assertThat(names(wide)).containsExactly("name", "city");
    assertThat(at.sql(wide, "SELECT name, city FROM raw")).containsExactly("Jürgen|Köln");
  }

  @Test
  void load_nulBytes() throws IOException {
    at.write("in/a.csv", "id,x\n1,a\0b\n2,c\n");
    LoadResult result = at.load(spec("in/a.csv").build());
    assertThat(at.sql(result, "SELECT raw, reason FROM rejected"))
        .containsExactly("1,a\u2400b|a NUL byte (byte 4)");
    assertThat(result.rowsLoaded()).isEqualTo(1);
  }

  @Test
  void load_objectsWithoutMembersOrWithNamesOfOurs() throws IOException {
    at.write(
        "in/a.jsonl",
        """
        {}
         { }
        { "f": 1, "n": "x", "k": true, "misfit": 2, "r0": "y"}
        {"\uE000n": 7, "f": 3}
        """);
    LoadResult result = at.load(spec("in/a.jsonl").build());
    assertThat(at.sql(result, "SELECT _line, f, n, k, misfit, r0 FROM raw ORDER BY 1, 2"))
        .containsExactly(
            "1|null|null|null|null|null", "2|null|null|null|null|null", "3|1|x|true|2|y");
    assertThat(at.sql(result, "SELECT line, raw, reason FROM rejected"))
        .containsExactly(
            "4|{\"\uE000n\": 7, \"f\": 3}"
                + "|not valid JSON: the key '\uE000n' has a meaning of its own here (byte 8)");
  }

  @Test
  void load_columnNames() throws IOException {
    at.write("in/twice.csv", "id,x,id\n1,2,3\n");
    // A first row with equal cells is data where nothing else is said.
    CsvOptions header = new CsvOptions(null, "\"", null, true, List.of(), 0, ".");
    assertThat(failure(spec("in/twice.csv").csv(header).build()))
        .hasMessageContaining("columns 1 'id' and 3 'id' have the same name");
    at.write("in/case.csv", "id,x,ID\na,2,3\n");
    HeadraceException e = failure(spec("in/case.csv").build());
    assertThat(e).hasMessageContaining("columns 1 'id' and 3 'ID' differ by case only");
    assertThat(e.hint()).contains("csv.names");
    CsvOptions named = new CsvOptions(null, "\"", null, true, List.of("a", "b", "c"), 0, ".");
    assertThat(names(at.load(spec("in/case.csv").csv(named).build())))
        .containsExactly("a", "b", "c");
    at.write("in/case.json", "{\"id\":1}\n{\"Id\":2}\n");
    assertThat(
            catchThrowableOfType(
                HeadraceException.class, () -> at.load(spec("in/case.json").build())))
        .hasMessageContaining("'id' and 'Id' would both become 'Id'");
    at.write("in/reserved.csv", "_line,x\n1,2\n");
    assertThat(
            catchThrowableOfType(
                HeadraceException.class,
                () -> at.load(spec("in/reserved.csv").csv(header).build())))
        .hasMessageContaining("the name of column '_line' is reserved");
  }

  @Test
  void load_columnsInAnyOrder() throws IOException {
    at.write("in/1.csv", "a,b\n1,x\n");
    at.write("in/2.csv", "c;b;a\n2026-01-01;y;2\n");
    LoadResult result = at.load(spec("in/*.csv").build());
    assertThat(at.sql(result, "SELECT a, b, c, _file FROM raw ORDER BY a"))
        .containsExactly("1|x|null|in/1.csv", "2|y|2026-01-01|in/2.csv");
  }

  @Test
  void load_localNumbersAndDates() throws IOException {
    at.write("in/a.csv", "price;day\n1,5;28/02/2026\n-3,25;30/02/2026\n");
    CsvOptions german = new CsvOptions(null, "\"", null, null, List.of(), 0, ",");
    LoadResult result =
        at.load(spec("in/a.csv").csv(german).columns(Map.of("day", "date(%d/%m/%Y)")).build());
    assertThat(at.sql(result, "SELECT price, day FROM raw")).containsExactly("1.5|2026-02-28");
    assertThat(at.sql(result, "SELECT reason FROM rejected"))
        .containsExactly("column 'day': '30/02/2026' is not a date");
  }

  @Test
  void load_aTextFarBehindNumbersOnTheFirstLoad() throws IOException {
    // More than a batch, so that the columns are settled when the text comes.
    Path file = directory.resolve("in/a.csv");
    Files.createDirectories(file.getParent());
    long rows = 3_000_000;
    try (var out = Files.newBufferedWriter(file)) {
      out.write("id,code,filler\n");
      for (long i = 1; i <= rows; i++) {
        out.write(
            i
                + ","
                + (i == rows - 1 ? "n/a" : Long.toString(i % 7))
                + ",xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n");
      }
    }
    LoadResult result = at.load(spec("in/a.csv").build());
    assertThat(result.rejected()).isZero();
    assertThat(
            at.sql(
                result,
                "SELECT count(*), max(_line), count(*) FILTER (code = 'n/a'), sum(id) FROM raw"))
        .containsExactly(rows + "|" + (rows + 1) + "|1|" + rows * (rows + 1) / 2);
    assertThat(ColumnType.text(result.schema().field("code").orElseThrow().type()))
        .isEqualTo("string");
  }

  @Test
  void load_anotherKindOfColumnInALaterFile() throws IOException {
    at.write("in/1.csv", "id,v\n1,5\n");
    LoadResult first = at.load(spec("in/1.csv").build());
    StringBuilder text = new StringBuilder("id,v\n");
    for (int i = 0; i < 20; i++) {
      text.append(i).append(",high\n");
    }
    at.write("in/2.csv", text.toString());
    HeadraceException e =
        catchThrowableOfType(
            HeadraceException.class,
            () ->
                at.load(
                    spec("in/2.csv").build(),
                    java.util.Optional.of(IngestFixture.table(first, null))));
    assertThat(e.code()).isEqualTo(IngestError.INGEST_TYPE_CONFLICT);
    assertThat(e)
        .hasMessage(
            "Cannot load file 'in/2.csv': none of the 20 values of column 'v' is a long (line 2:"
                + " column 'v': 'high' is not a long).");
  }

  @Test
  void load_longRowsAreRejected() throws IOException {
    String huge = "x".repeat(3 << 20);
    at.write("in/a.json", "{\"a\":1}\n{\"a\":\"" + huge + "\"}\n{\"a\":2}\n");
    LoadResult result = at.load(spec("in/a.json").maxRow("2MiB").build());
    assertThat(at.sql(result, "SELECT a, _line FROM raw ORDER BY a")).containsExactly("1|1", "2|3");
    assertThat(at.sql(result, "SELECT line, length(raw), reason FROM rejected"))
        .containsExactly("2|10001|longer than max-row");
    LoadResult roomy = at.load(spec("in/a.json").maxRow("4MiB").build());
    assertThat(at.sql(roomy, "SELECT length(a) FROM raw ORDER BY _line"))
        .containsExactly("1", Integer.toString(huge.length()), "1");
    at.write("in/b.csv", "a,b\n1,\"" + huge + "\"\n2,y\n");
    LoadResult csv = at.load(spec("in/b.csv").maxRow("2MiB").build());
    assertThat(at.sql(csv, "SELECT a, b FROM raw")).containsExactly("2|y");
  }

  @Test
  @Tag("slow")
  void load_aLineOfOneGigabyte() throws IOException {
    Path file = directory.resolve("in/a.json");
    Files.createDirectories(file.getParent());
    byte[] block = new byte[1 << 20];
    Arrays.fill(block, (byte) 'x');
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write("{\"a\":\"".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 1024; i++) {
        out.write(block);
      }
      out.write("\"}\n{\"a\":\"short\"}\n".getBytes(StandardCharsets.UTF_8));
    }
    LoadResult result = at.load(spec("in/a.json").build());
    assertThat(at.sql(result, "SELECT a, _line FROM raw")).containsExactly("short|2");
    assertThat(result.rejected()).isEqualTo(1);
  }

  @Test
  void load_aFileThatChangesMeanwhile() throws IOException {
    Path file = at.write("in/a.csv", "id\n1\n");
    List<SourceFile> found = SourceFiles.discover(List.of("in/a.csv"), directory);
    Files.writeString(file, "id\n1\n2\n");
    LoadRequest request =
        new LoadRequest(
            "raw",
            spec("in/a.csv").build(),
            found,
            java.util.Optional.empty(),
            IngestFixture.NOW,
            directory.resolve("out"),
            directory.resolve("out"),
            directory.resolve("staging"),
            "x",
            schema -> schema,
            _ -> List.of());
    HeadraceException e =
        catchThrowableOfType(
            HeadraceException.class,
            () ->
                new Loader(at.engine.trusted())
                    .load(request, dev.headrace.spi.engine.Watch.none()));
    assertThat(e.code()).isEqualTo(IngestError.INGEST_FILE_MOVED);
  }
}

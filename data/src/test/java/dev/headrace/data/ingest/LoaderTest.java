package dev.headrace.data.ingest;

import static dev.headrace.data.ingest.IngestFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LONG;

import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderTest {
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

  private static String types(LoadResult result) {
    return String.join(
        ", ",
        result.schema().fields().stream()
            .map(field -> field.name() + " " + ColumnType.text(field.type()))
            .toList());
  }

  private List<String> rejects(LoadResult result) {
    return at.sql(
        result, "SELECT file, line, raw, reason, \"column\" FROM rejected ORDER BY file, line");
  }

  @Test
  void load_csvWithMixedTypes() throws IOException {
    at.write(
        "in/a.csv",
        "id,zip,total,day,at,ok,note\n"
            + "1,00501,10,2026-01-31,2026-01-31 10:00:00,true,x\n"
            + "2,10001,2.50,2026-02-28,2026-02-28T11:30:00.5,FALSE,\"a, \"\"b\"\"\nc\"\n"
            + "\n"
            + "3,,,,,,\n");
    LoadResult result = at.load(spec("in/*.csv").build());
    assertThat(types(result))
        .isEqualTo(
            "id long, zip string, total double, day date, at timestamp, ok boolean, note string,"
                + " _file string, _line long, _loaded_at timestamptz");
    assertThat(at.sql(result, "SELECT * FROM raw ORDER BY id"))
        .containsExactly(
            "1|00501|10.0|2026-01-31|2026-01-31T10:00|true|x|in/a.csv|2|2026-03-01T12:00:00Z",
            "2|10001|2.5|2026-02-28|2026-02-28T11:30:00.500|false|a, \"b\"\nc|in/a.csv|3|2026-03-01T12:00:00Z",
            "3|null|null|null|null|null|null|in/a.csv|6|2026-03-01T12:00:00Z");
    assertThat(result.rowsRead()).isEqualTo(3);
  }

  @Test
  void load_rejectedRowWithALineBreakOfTwoCharacters_isKeptAside() throws IOException {
    at.write("in/a.csv", "id,s,n\n1,x,1\n2,\"a\r\nb\",x1\n");
    LoadResult result = at.load(spec("in/a.csv").columns(Map.of("n", "int")).build());
    assertThat(at.sql(result, "SELECT line, raw, reason FROM rejected"))
        .containsExactly("3|2,\"a\r\nb\",x1|column 'n': 'x1' is not a int");
  }

  @Test
  void load_carriageReturnInsideALine() throws IOException {
    at.write("in/a.log", "1 a\rb\n2 c\r\n3 d\re\n4 \u0001\n");
    LoadResult lines = at.load(spec("in/a.log").pattern("(?P<n>\\d) (?P<s>.*)").build());
    assertThat(at.sql(lines, "SELECT n, s, _line FROM raw ORDER BY n")).containsExactly("2|c|2");
    assertThat(at.sql(lines, "SELECT line, reason FROM rejected ORDER BY line"))
        .containsExactly(
            "1|a carriage return (byte 4)",
            "3|a carriage return (byte 4)",
            "4|a control character (byte 3)");

    at.write("in/a.csv", "n,s\n1,a\rb\n2,\"c\rd\"\n3,e\r\n");
    LoadResult csv = at.load(spec("in/a.csv").build());
    assertThat(at.sql(csv, "SELECT n, replace(s, chr(13), '/') FROM raw ORDER BY n"))
        .containsExactly("1|a/b", "2|c/d", "3|e");
  }

  @Test
  void load_emptyKeyInsideAnObject_isKeptAsText() throws IOException {
    at.write("in/a.json", "{\"s\":{\"\":1},\"a\":2}\n");
    LoadResult result = at.load(spec("in/a.json").columns(Map.of("s", "json")).build());
    assertThat(at.sql(result, "SELECT s, a FROM raw")).containsExactly("{\"\":1}|2");
  }

  @Test
  void load_columnsStandInTheOrderOfTheDeclarationThenOfTheFile() throws IOException {
    at.write("in/a.csv", "x,id,name,day\n1,2,3,2026-01-01\n");
    SequencedMap<String, String> declared = new LinkedHashMap<>();
    declared.put("name", "string");
    declared.put("day", "date");
    declared.put("id", "long");

    LoadResult result = at.load(spec("in/a.csv").columns(declared).build());

    assertThat(result.schema().names()).startsWith("name", "day", "id", "x");
  }

  @Test
  void load_csvKeepsEveryWrongRowAside() throws IOException {
    at.write(
        "in/a.csv",
        "id,total,note\n"
            + "1,1.5,ok\n"
            + "2,abc,bad number\n"
            + "3,2.5\n"
            + "4,3.5,one,more\n"
            + "5,4.5,\"open\n"
            + "6,5.5,after\n"
            + "x7,zz,two wrong\n"
            + "8,6.5,5\" disk\n");
    LoadResult result =
        at.load(spec("in/a.csv").columns(Map.of("id", "long", "total", "decimal(12,2)")).build());
    assertThat(at.sql(result, "SELECT id, total, note, _line FROM raw ORDER BY id"))
        .containsExactly("1|1.50|ok|2", "6|5.50|after|7", "8|6.50|5\" disk|9");
    assertThat(rejects(result))
        .containsExactly(
            "in/a.csv|3|2,abc,bad number|column 'total': 'abc' is not a decimal(12,2)|total",
            "in/a.csv|4|3,2.5|2 fields instead of 3|null",
            "in/a.csv|5|4,3.5,one,more|4 fields instead of 3|null",
            "in/a.csv|6|5,4.5,\"open|text after a closing quote|null",
            "in/a.csv|8|x7,zz,two wrong|column 'id': 'x7' is not a long|id, total");
    assertThat(result.rowsRead()).isEqualTo(8);
    assertThat(result.files().getFirst().rejected()).isEqualTo(5);
  }

  @Test
  void load_jsonLinesWithNestedValues() throws IOException {
    at.write(
        "in/a.jsonl",
        """
        {"id":1,"ctx":{"country":"de","tags":["a","b"]},"at":"2026-01-01T00:00:00Z","big":14872323389129123123}
        {"id":2,"ctx":{"country":"np","score":1.5},"at":"2026-01-02T00:00:00+05:45","big":1}

        {"id":3,"extra":{"deep":[{"x":1},{"x":2}]},"at":null}
        """);
    LoadResult result = at.load(spec("in/*.jsonl").build());
    assertThat(types(result))
        .startsWith(
            "id long, ctx struct<country: string, tags: list<string>, score: double>, at"
                + " timestamptz, big decimal(38,0), extra struct<deep: list<struct<x: long>>>,");
    assertThat(
            at.sql(
                result,
                "SELECT id, ctx.country, ctx.tags, ctx.score, \"at\", big, extra.deep[2].x, _line FROM"
                    + " raw ORDER BY id"))
        .containsExactly(
            "1|de|[a, b]|null|2026-01-01T00:00:00Z|14872323389129123123|null|1",
            "2|np|null|1.5|2026-01-01T18:15:00Z|1|null|2",
            "3|null|null|null|null|null|2|4");
  }

  @Test
  void load_jsonKeepsWrongLinesAside() throws IOException {
    at.write(
        "in/a.json",
        """
        {"id":1,"n":{"k":1}}
        {"id":2,"n":{"k":1}
        [1,2]
        {"id":3,"id":4}
        {"id":1.5}
        {"id":"7"}
        {"id":8,"n":5}
        {"id":9,"n":{"k":"x"}}
        nonsense
        """);
    LoadResult result =
        at.load(spec("in/a.json").columns(Map.of("id", "long", "n", "struct<k: int>")).build());
    assertThat(at.sql(result, "SELECT id, n.k, _line FROM raw ORDER BY id"))
        .containsExactly("1|1|1", "7|null|6");
    assertThat(rejects(result))
        .containsExactly(
            "in/a.json|2|{\"id\":2,\"n\":{\"k\":1}|not valid JSON: it ends too early (byte 20)|null",
            "in/a.json|3|[1,2]|not valid JSON: not an object (byte 1)|null",
            "in/a.json|4|{\"id\":3,\"id\":4}|not valid JSON: key 'id' occurs twice (byte 13)|null",
            "in/a.json|5|{\"id\":1.5}|column 'id': '1.5' is not a long|id",
            "in/a.json|7|{\"id\":8,\"n\":5}|a number where the table holds an object or a list (byte"
                + " 14)|null",
            "in/a.json|8|{\"id\":9,\"n\":{\"k\":\"x\"}}|column 'n': '{'k': x}' is not a struct<k:"
                + " int>|n",
            "in/a.json|9|nonsense|not valid JSON: not an object (byte 1)|null");
  }

  @Test
  void load_jsonDocuments() throws IOException {
    at.write("in/array.json", "[ {\"a\": 1},\n {\"a\":\n 2}, {\"a\": \"}\\\"\"}\n]\n");
    at.write("in/pretty.json", "{\n \"a\": 4\n}\n{\n \"a\": 5\n}");
    LoadResult result = at.load(spec("in/*.json").columns(Map.of("a", "string")).build());
    assertThat(at.sql(result, "SELECT _file, _line, a FROM raw ORDER BY 1, 2, 3"))
        .containsExactly(
            "in/array.json|1|1",
            "in/array.json|2|2",
            "in/array.json|3|}\"",
            "in/pretty.json|1|4",
            "in/pretty.json|4|5");
  }

  @Test
  void load_linesByPattern() throws IOException {
    at.write("in/a.log", "h1 200 -\nnope\nh2 abc 7\nh3 404 9\n");
    LoadResult result =
        at.load(
            spec("in/a.log")
                .pattern("^(?<host>h\\d) (?P<status>\\S+) (?P<bytes>\\S+)$")
                .nullText("-")
                .columns(Map.of("status", "int", "bytes", "long"))
                .build());
    assertThat(at.sql(result, "SELECT host, status, bytes, _line FROM raw ORDER BY 4"))
        .containsExactly("h1|200|null|1", "h3|404|9|4");
    assertThat(rejects(result))
        .containsExactly(
            "in/a.log|2|nope|the line does not match the pattern|null",
            "in/a.log|3|h2 abc 7|column 'status': 'abc' is not a int|status");
  }

  @Test
  void load_gzipOfSeveralMembers() throws IOException {
    ByteArrayOutputStream gz = new ByteArrayOutputStream();
    for (int member = 0; member < 3; member++) {
      try (GZIPOutputStream out = new GZIPOutputStream(gz)) {
        out.write("{\"a\":%d}\n".formatted(member).getBytes(StandardCharsets.UTF_8));
      }
    }
    at.write("in/a.json.gz", gz.toByteArray());
    assertThat(at.sql(at.load(spec("in/*").build()), "SELECT a FROM raw ORDER BY a"))
        .containsExactly("0", "1", "2");
  }

  @Test
  void load_jsonArrayThatIsCut_tellsSo() throws IOException {
    at.write("in/a.json", "[{\"a\":1},\n{\"a\":2}\n");
    LoadResult result = at.load(spec("in/a.json").maxRejected("50%").build());
    assertThat(at.sql(result, "SELECT a FROM raw ORDER BY a")).containsExactly("1", "2");
    assertThat(rejects(result))
        .containsExactly("in/a.json|3||the array does not end: the file is cut|null");
  }

  @Test
  void load_compressed() throws IOException {
    ByteArrayOutputStream gz = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gz)) {
      out.write("{\"a\":1}\n{\"a\":2}\n".getBytes(StandardCharsets.UTF_8));
    }
    at.write("in/a.json.gz", gz.toByteArray());
    ByteArrayOutputStream zst = new ByteArrayOutputStream();
    try (var out = new io.airlift.compress.zstd.ZstdOutputStream(zst)) {
      out.write("{\"a\":3}\n".getBytes(StandardCharsets.UTF_8));
    }
    at.write("in/b.jsonl.zst", zst.toByteArray());
    at.write("in/c.json.gz", new byte[0]);
    LoadResult result = at.load(spec("in/*").build());
    assertThat(at.sql(result, "SELECT a, _file FROM raw ORDER BY a"))
        .containsExactly("1|in/a.json.gz", "2|in/a.json.gz", "3|in/b.jsonl.zst");
    assertThat(result.files().getFirst().hash())
        .isEqualTo(ContentHash.of(directory.resolve("in/a.json.gz")));

    at.write("in/a.json.gz", java.util.Arrays.copyOf(gz.toByteArray(), gz.size() - 12));
    assertThatThrownBy(() -> at.load(spec("in/*").build()))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(IngestError.INGEST_DAMAGED))
        .hasMessageContaining("in/a.json.gz")
        .hasMessageContaining("ends too early");
    assertThat(directory.resolve("staging")).isEmptyDirectory();
  }

  @Test
  void load_laterFilesEvolveTheTable() throws IOException {
    at.write("in/1.csv", "id,total\n1,5\n2,7\n");
    LoadResult first = at.load(spec("in/1.csv").build());
    Relation.Files table = IngestFixture.table(first, null);
    at.write("in/2.csv", "total,ID,city\n9,3,Köln\n1.5,4,Ulm\n");
    LoadResult second = at.load(spec("in/2.csv").build(), Optional.of(table));
    assertThat(types(second))
        .isEqualTo(
            "id long, total long, _file string, _line long, _loaded_at timestamptz, city string");
    assertThat(second.schema().fields().subList(0, 5)).isEqualTo(first.schema().fields());
    assertThat(
            at.sql(
                IngestFixture.table(second, table),
                second,
                "SELECT id, total, city, _file FROM raw ORDER BY id"))
        .containsExactly("1|5|null|in/1.csv", "2|7|null|in/1.csv", "3|9|Köln|in/2.csv");
    assertThat(rejects(second))
        .containsExactly("in/2.csv|3|1.5,4,Ulm|column 'total': '1.5' is not a long|total");
  }

  @Test
  void load_dropsDuplicateKeys() throws IOException {
    at.write("in/1.csv", "id,v\n1,a\n2,b\n1,c\n,d\n,e\n");
    LoadResult first = at.load(spec("in/1.csv").key("id").build());
    assertThat(first.duplicates()).isEqualTo(1);
    assertThat(at.sql(first, "SELECT v FROM raw ORDER BY _line"))
        .containsExactly("a", "b", "d", "e");
    at.write("in/2.csv", "id,v\n2,x\n3,y\n3,z\n");
    LoadResult second =
        at.load(spec("in/2.csv").key("ID").build(), Optional.of(IngestFixture.table(first, null)));
    assertThat(second.duplicates()).isEqualTo(2);
    assertThat(at.sql(second, "SELECT v FROM raw")).containsExactly("y");
    try (var left = Files.list(directory.resolve("staging"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void load_tooManyRejectedPublishesNothing() throws IOException {
    at.write("in/a.csv", "id\n1\n2\nx\ny\n3\n");
    assertThatThrownBy(
            () -> at.load(spec("in/a.csv").columns(Map.of("id", "int")).maxRejected("20%").build()))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(IngestError.INGEST_TOO_MANY_REJECTED);
              assertThat(e.hint()).contains("select * from raw__rejected");
            })
        .hasMessageContaining("2 of 5 rows (40.00%)")
        .hasMessageContaining("in/a.csv:4: column 'id': 'x' is not a int");
    assertThat(directory.resolve("out")).isEmptyDirectory();
    assertThat(directory.resolve("staging")).isEmptyDirectory();
  }

  @Test
  void load_ofOneFileTellsHowFarItIs() throws IOException {
    StringBuilder csv = new StringBuilder("id\n");
    for (int i = 0; i < 200_000; i++) {
      csv.append(i).append('\n');
    }
    at.write("in/a.csv", csv.toString());
    List<Double> fractions = Collections.synchronizedList(new ArrayList<>());
    List<Long> rows = Collections.synchronizedList(new ArrayList<>());
    SourceSpec spec = spec("in/a.csv").build();
    at.load(
        spec,
        SourceFiles.discover(spec.files(), directory),
        Optional.empty(),
        Watch.of(
            (fraction, done) -> {
              fractions.add(fraction);
              rows.add(done);
            }));

    assertThat(fractions).hasSizeGreaterThan(5).isSorted().allMatch(f -> f > 0 && f < 1);
    assertThat(rows).isSorted().last().asInstanceOf(LONG).isBetween(100_000L, 200_000L);
  }

  /** As spreadsheets write it, with a year for a name, and with another order. */
  @Test
  void header_isToldByTheColumnsThatAreKnown() throws IOException {
    at.write("in/1.csv", "order_id,amount\n1,10.50\n");
    at.write("in/2.csv", "order_id,amount,\n3,100.00,\n");
    at.write("in/3.csv", "amount,order_id,2024\n200.00,4,x\n");
    LoadResult result =
        at.load(
            spec("in/*.csv")
                .columns(Map.of("order_id", "long", "amount", "decimal(12,2)"))
                .build());
    assertThat(at.sql(result, "SELECT order_id, amount, \"2024\" FROM raw ORDER BY order_id"))
        .containsExactly("1|10.50|null", "3|100.00|null", "4|200.00|x");
  }

  @Test
  void rowsWithoutAHeader_afterFilesThatHaveOne_areRefused() throws IOException {
    at.write("in/1.csv", "order_id,amount\n1,10.50\n");
    at.write("in/2.csv", "3,100.00\n");
    assertThatThrownBy(() -> at.load(spec("in/*.csv").build()))
        .hasMessageContaining("'in/2.csv': its first row names none of the source's columns")
        .satisfies(
            e ->
                assertThat(((HeadraceException) e).code())
                    .isEqualTo(IngestError.INGEST_COLUMN_NAMES));
  }

  @Test
  void load_ofADeclaredColumnThatNoFileHasIsRefused() throws IOException {
    at.write("in/a.csv", "id,total\n1,2\n");
    assertThatThrownBy(() -> at.load(spec("in/a.csv").columns(Map.of("totl", "long")).build()))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(IngestError.INGEST_SPEC);
              assertThat(e)
                  .hasMessage("Cannot load 'raw': the declared column 'totl' is in no file.");
              assertThat(e.hint()).isEqualTo("Did you mean 'total'?");
            });
    assertThatThrownBy(() -> at.load(spec("in/a.csv").rename(Map.of("totl", "sum")).build()))
        .hasMessage("Cannot load 'raw': the renamed column 'sum' is in no file.");
  }

  @Test
  void load_ofOneBrokenRowAmongFewIsNoReasonToStop() throws IOException {
    at.write("in/few.csv", "id\n1\n2\nx\n");
    at.write("in/all.csv", "id\nx\n");
    Map<String, String> columns = Map.of("id", "long");
    assertThat(at.load(spec("in/few.csv").columns(columns).maxRejected("1%").build()).rejected())
        .isEqualTo(1);
    assertThatThrownBy(() -> at.load(spec("in/few.csv").columns(columns).maxRejected("0%").build()))
        .hasMessageContaining("1 of 3 rows (33.33%) were rejected, more than max-rejected 0%");
    assertThatThrownBy(
            () -> at.load(spec("in/all.csv").columns(columns).maxRejected("99%").build()))
        .hasMessageContaining("1 of 1 rows");
  }
}

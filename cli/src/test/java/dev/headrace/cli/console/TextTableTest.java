package dev.headrace.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.schema.Type.Primitive;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private static String table(Look look, int maxRows, FixedRows rows) {
    StringWriter text = new StringWriter();
    new TextTable(look, maxRows).write(rows, new PrintWriter(text));
    return text.toString();
  }

  private static Look terminal(int width) {
    return new Look(true, width, false, true);
  }

  @Test
  void write_numbersAndText_areAligned() {
    String text =
        table(
            terminal(80),
            10,
            FixedRows.of("player", Primitive.STRING, "kills", Primitive.LONG)
                .row("Ayşe", 1204L)
                .row(null, 7L)
                .row("日本", null));
    assertThat(text)
        .isEqualTo(
            """
             player │ kills
            ────────┼───────
             Ayşe   │  1204
             ∅      │     7
             日本   │     ∅
            (3 rows)
            """);
  }

  @Test
  void write_withoutUnicode_drawsInAscii() {
    String text = table(Look.plain(false), 10, FixedRows.of("a", Primitive.INT).row((Object) null));
    assertThat(text).isEqualTo("    a\n------\n null\n(1 row)\n");
  }

  @Test
  void write_moreRowsThanShown_saysHowMany() {
    FixedRows rows = FixedRows.of("n", Primitive.INT);
    for (int i = 0; i < 1500; i++) {
      rows.row(i);
    }
    assertThat(table(terminal(80), 2, rows))
        .endsWith(" 0\n 1\n(… 1,498 more rows; 1,500 in all)\n");
  }

  @Test
  void write_hugeResult_stopsCounting() {
    FixedRows rows = FixedRows.of("n", Primitive.INT);
    for (int i = 0; i < 100_005; i++) {
      rows.row(i);
    }
    assertThat(table(terminal(80), 1, rows)).endsWith("(… more than 100,000 more rows)\n");
  }

  @Test
  void write_narrowTerminal_cutsTheLongestCells() {
    String text =
        table(
            terminal(30),
            10,
            FixedRows.of("id", Primitive.INT, "url", Primitive.STRING)
                .row(123456, "https://example.com/a/very/long/path"));
    assertThat(text.lines()).allMatch(line -> line.length() <= 30);
    assertThat(text).contains("123456 │ https://examp").contains("…");
  }

  @Test
  void write_moreColumnsThanFit_saysHowManyAreMissing() {
    Object[] columns = new Object[40];
    Object[] cells = new Object[20];
    for (int i = 0; i < 20; i++) {
      columns[2 * i] = "column" + i;
      columns[2 * i + 1] = Primitive.STRING;
      cells[i] = "cell number " + i;
    }
    String text = table(terminal(60), 10, FixedRows.of(columns).row(cells));
    assertThat(text.lines()).allMatch(line -> line.length() <= 60);
    assertThat(text).contains("column").contains("columns not shown");
  }

  @Test
  void write_controlCharacters_cannotCommandTheTerminal() {
    String text =
        table(terminal(80), 10, FixedRows.of("x", Primitive.STRING).row("a\u001b[2Jb\nc\u202ed\r"));
    assertThat(text).contains("a\\u001b[2Jb\\nc\\u202ed\\r").doesNotContain("\u001b");
  }
}

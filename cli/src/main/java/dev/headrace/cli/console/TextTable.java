package dev.headrace.cli.console;

import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as a table for a person: numbers to the right, nulls dim, long cells cut so that a line fits
 * the terminal, the first rows only.
 */
public final class TextTable {
  /** Rows beyond the shown ones that are still counted; a larger result is "more than". */
  private static final long MAX_COUNTED = 100_000;

  private static final int NARROWEST_COLUMN = 6;

  private final Look look;
  private final int maxRows;

  /**
   * @param maxRows rows to show, at least 1
   */
  public TextTable(Look look, int maxRows) {
    if (maxRows < 1) {
      throw new IllegalArgumentException("maxRows " + maxRows);
    }
    this.look = look;
    this.maxRows = maxRows;
  }

  /** Writes the rows and, below, how many there are. */
  public void write(Rows rows, PrintWriter out) {
    List<List<@Nullable Object>> shown = new ArrayList<>();
    long more = 0;
    for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
      if (shown.size() < maxRows) {
        shown.add(row);
      } else if (++more > MAX_COUNTED) {
        break;
      }
    }
    write(rows.schema(), shown, out);
    out.write(look.paint(Look.Paint.DIM, footer(shown.size(), more)) + "\n");
  }

  private String footer(long shown, long more) {
    if (more == 0) {
      return "(" + Quantity.count(shown, "row") + ")";
    }
    String dots = look.draw("…", "...");
    return more > MAX_COUNTED
        ? "(%s more than %s more rows)".formatted(dots, Quantity.grouped(MAX_COUNTED))
        : "(%s %s; %s in all)"
            .formatted(dots, Quantity.count(more, "more row"), Quantity.grouped(shown + more));
  }

  /** Writes a header and the given rows, without a footer. */
  public void write(Schema schema, List<List<@Nullable Object>> rows, PrintWriter out) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < schema.fields().size(); i++) {
      columns.add(column(schema, rows, i));
    }
    int hidden = fit(columns);
    if (hidden > 0) {
      columns.add(new Column(look.draw("…", "..."), false));
    }
    line(columns, column -> look.paint(Look.Paint.BOLD, column.pad(column.name)), out);
    out.write(rule(columns) + "\n");
    for (int r = 0; r < rows.size(); r++) {
      int row = r;
      line(columns, column -> cell(column, row), out);
    }
    if (hidden > 0) {
      out.write(
          look.paint(
              Look.Paint.DIM,
              "(%s not shown: the terminal is too narrow)"
                  .formatted(Quantity.count(hidden, "column"))));
      out.write("\n");
    }
  }

  private Column column(Schema schema, List<List<@Nullable Object>> rows, int index) {
    Type type = schema.fields().get(index).type();
    Column column =
        new Column(Printable.oneLine(schema.fields().get(index).name()), isNumber(type));
    for (List<@Nullable Object> row : rows) {
      Object value = row.get(index);
      column.add(value == null ? null : Printable.oneLine(ValueText.of(value)));
    }
    return column;
  }

  private static boolean isNumber(Type type) {
    return switch (type) {
      case Type.Decimal decimal -> true;
      case Type.Primitive primitive ->
          switch (primitive) {
            case INT, LONG, FLOAT, DOUBLE -> true;
            case BOOLEAN, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, STRING, UUID, BINARY -> false;
          };
      case Type.Struct struct -> false;
      case Type.ListOf list -> false;
      case Type.MapOf map -> false;
    };
  }

  /**
   * Narrows the widest columns until a line fits; columns that find no place at all are taken away.
   *
   * @return how many were taken away
   */
  private int fit(List<Column> columns) {
    int hidden = 0;
    while (columns.size() > 1 && leastWidth(columns) + (hidden > 0 ? 6 : 0) > look.width()) {
      columns.removeLast();
      hidden++;
    }
    long room = (long) look.width() - 3L * columns.size() - (hidden > 0 ? 6 : 0);
    long excess = columns.stream().mapToLong(column -> column.width).sum() - room;
    while (excess > 0) {
      Column widest = columns.getFirst();
      int second = 0;
      for (Column column : columns) {
        if (column.width > widest.width) {
          second = Math.max(second, widest.width);
          widest = column;
        } else if (column != widest) {
          second = Math.max(second, column.width);
        }
      }
      int least = columns.size() == 1 ? 1 : NARROWEST_COLUMN;
      if (widest.width <= least) {
        break;
      }
      long step = Math.clamp((long) widest.width - second, 1L, excess);
      int narrowed = (int) Math.max(least, widest.width - step);
      excess -= widest.width - narrowed;
      widest.width = narrowed;
    }
    return hidden;
  }

  private static int leastWidth(List<Column> columns) {
    return columns.stream().mapToInt(c -> Math.min(c.width, NARROWEST_COLUMN) + 3).sum();
  }

  private String cell(Column column, int row) {
    if (row >= column.cells.size()) {
      return column.pad("");
    }
    String text = column.cells.get(row);
    return text == null
        ? look.paint(Look.Paint.DIM, column.pad(look.draw("∅", "null")))
        : column.pad(text);
  }

  private interface CellText {
    String of(Column column);
  }

  private void line(List<Column> columns, CellText text, PrintWriter out) {
    StringBuilder line = new StringBuilder();
    for (Column column : columns) {
      line.append(line.isEmpty() ? " " : look.draw(" │ ", " | ")).append(text.of(column));
    }
    out.write(line.toString().stripTrailing());
    out.write('\n');
  }

  private String rule(List<Column> columns) {
    StringBuilder rule = new StringBuilder();
    for (Column column : columns) {
      rule.append(rule.isEmpty() ? "" : look.draw("┼", "+"))
          .append(look.draw("─", "-").repeat(column.width + 2));
    }
    return rule.toString();
  }

  private final class Column {
    private final String name;
    private final boolean right;
    private final List<@Nullable String> cells = new ArrayList<>();
    private int width;

    Column(String name, boolean right) {
      this.name = name;
      this.right = right;
      this.width = Math.max(1, Printable.width(name));
    }

    void add(@Nullable String cell) {
      cells.add(cell);
      width = Math.max(width, Printable.width(cell == null ? look.draw("∅", "null") : cell));
    }

    String pad(String text) {
      String cut = Printable.cut(text, width, look.draw("…", "~"));
      String blanks = " ".repeat(Math.max(0, width - Printable.width(cut)));
      return right ? blanks + cut : cut + blanks;
    }
  }
}

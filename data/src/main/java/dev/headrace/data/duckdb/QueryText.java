package dev.headrace.data.duckdb;

import dev.headrace.data.sql.Offsets;
import dev.headrace.data.sql.Position;
import dev.headrace.spi.error.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * SQL under construction that remembers which parts the user wrote, so that DuckDB's positions can
 * be told as places in the user's files.
 */
final class QueryText {
  private record Piece(int start, int end, String source, int sourceStart, Location origin) {}

  private record Slot(int start, int end, String column) {}

  private final StringBuilder text = new StringBuilder(512);
  private final List<Piece> pieces = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();

  /** Appends SQL of our own. */
  QueryText append(String sql) {
    text.append(sql);
    return this;
  }

  /** Appends our expression for one column of the table being written. */
  QueryText appendColumn(String column, String expression) {
    slots.add(new Slot(text.length(), text.length() + expression.length(), column));
    text.append(expression);
    return this;
  }

  /** Appends characters {@code from} to {@code to} of a text the user wrote. */
  QueryText appendSource(String source, int from, int to, Location origin) {
    pieces.add(new Piece(text.length(), text.length() + to - from, source, from, origin));
    text.append(source, from, to);
    return this;
  }

  /** Where in the user's text DuckDB's position is. */
  Optional<Location> locate(OptionalLong bytePosition) {
    if (bytePosition.isEmpty()) {
      return Optional.empty();
    }
    int offset = Offsets.ofBytes(text.toString()).charAt(bytePosition.getAsLong());
    return pieces.stream()
        .filter(piece -> piece.start <= offset && offset <= piece.end)
        .findFirst()
        .map(
            piece ->
                Position.of(piece.source, piece.sourceStart + offset - piece.start)
                    .in(piece.origin));
  }

  /** The column whose expression DuckDB's position is in. */
  Optional<String> column(OptionalLong bytePosition) {
    if (bytePosition.isEmpty()) {
      return Optional.empty();
    }
    int offset = Offsets.ofBytes(text.toString()).charAt(bytePosition.getAsLong());
    return slots.stream()
        .filter(slot -> slot.start <= offset && offset < slot.end)
        .findFirst()
        .map(Slot::column);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

package dev.headrace.cli.console;

import dev.headrace.spi.engine.Rows;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows as one JSON array of objects, one row per line; values as {@link JsonOut} writes them. Of
 * two columns with one name the second gets a number: an object's keys are unique.
 */
public final class JsonRows {
  private JsonRows() {}

  /**
   * Writes all rows in constant memory.
   *
   * @return how many
   */
  public static long write(Rows rows, PrintWriter out) {
    List<String> keys = unique(rows.schema().names());
    long count = 0;
    try (JsonOut json = JsonOut.to(out)) {
      json.beginArray();
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        json.newLine();
        json.beginObject();
        for (int i = 0; i < keys.size(); i++) {
          json.field(keys.get(i), row.get(i));
        }
        json.endObject();
        count++;
      }
      json.endArray();
    }
    return count;
  }

  private static List<String> unique(List<String> names) {
    Set<String> taken = new HashSet<>(names);
    Set<String> used = new HashSet<>();
    List<String> keys = new ArrayList<>();
    for (String name : names) {
      String key = name;
      for (int number = 1; !used.add(key); number++) {
        String next = name + "_" + number;
        key = taken.contains(next) ? key : next;
      }
      keys.add(key);
    }
    return keys;
  }
}

package dev.headrace.data.ingest;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.List;
import java.util.Locale;

/** The columns that every loaded row has besides those of its file. */
public final class Provenance {
  /** Path of the file the row came from, relative to the project. */
  public static final String FILE = "_file";

  /** 1-based line on which the record begins; the row's number in a Parquet file. */
  public static final String LINE = "_line";

  /** When the run that loaded it began. */
  public static final String LOADED_AT = "_loaded_at";

  private Provenance() {}

  /** The columns, without ids. */
  public static List<Field> fields() {
    return List.of(
        Field.unassigned(FILE, Primitive.STRING),
        Field.unassigned(LINE, Primitive.LONG),
        Field.unassigned(LOADED_AT, Primitive.TIMESTAMPTZ));
  }

  /** Whether a column of a file may not have this name. */
  public static boolean isReserved(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals(FILE) || lower.equals(LINE) || lower.equals(LOADED_AT);
  }
}

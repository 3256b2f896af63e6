package dev.headrace.spi.schema;

/**
 * One column of a table or field of a struct; always optional (nullable), as raw data is.
 *
 * @param id stable within a table over renames; 0 while no table has assigned one yet
 * @param name as written, unique without regard to case among its siblings
 */
public record Field(int id, String name, Type type) {
  /** A field to which no table has given an id yet. */
  public static Field unassigned(String name, Type type) {
    return new Field(0, name, type);
  }
}

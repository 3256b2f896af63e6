package dev.headrace.spi.schema;

import java.util.List;
import java.util.Optional;

/** The columns of a table, in order. */
public record Schema(List<Field> fields) {
  public Schema {
    fields = List.copyOf(fields);
  }

  /** The column of that name, without regard to case as SQL has it. */
  public Optional<Field> field(String name) {
    return fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).findFirst();
  }

  /** Column names in order. */
  public List<String> names() {
    return fields.stream().map(Field::name).toList();
  }
}

package dev.headrace.spi.schema;

import java.util.ArrayList;
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

  /** The same columns for files that are in no table: every field has an id of its own, from 1. */
  public Schema numbered() {
    return new Schema(new Numbering().fields(fields));
  }

  private static final class Numbering {
    private int last;

    List<Field> fields(List<Field> fields) {
      List<Field> numbered = new ArrayList<>();
      for (Field field : fields) {
        numbered.add(new Field(++last, field.name(), type(field.type())));
      }
      return numbered;
    }

    private Type type(Type type) {
      return switch (type) {
        case Type.Primitive primitive -> primitive;
        case Type.Decimal decimal -> decimal;
        case Type.Struct(List<Field> fields) -> new Type.Struct(fields(fields));
        case Type.ListOf(int _, Type element) -> new Type.ListOf(++last, type(element));
        case Type.MapOf(int _, Type key, int _, Type value) -> {
          int keyId = ++last;
          Type keyType = type(key);
          int valueId = ++last;
          yield new Type.MapOf(keyId, keyType, valueId, type(value));
        }
      };
    }
  }
}

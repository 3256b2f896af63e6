package dev.headrace.data.draft;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.List;

/** Ids for columns of a table that is never published: every field its own. */
final class FieldNumbers {
  private int last;

  private FieldNumbers() {}

  static Schema assign(Schema schema) {
    FieldNumbers numbers = new FieldNumbers();
    List<Field> fields = new ArrayList<>();
    schema.fields().forEach(field -> fields.add(numbers.number(field)));
    return new Schema(fields);
  }

  private Field number(Field field) {
    int id = ++last;
    return new Field(id, field.name(), number(field.type()));
  }

  private Type number(Type type) {
    return switch (type) {
      case Type.Struct struct ->
          new Type.Struct(struct.fields().stream().map(this::number).toList());
      case Type.ListOf list -> new Type.ListOf(++last, number(list.element()));
      case Type.MapOf map -> new Type.MapOf(++last, number(map.key()), ++last, number(map.value()));
      case Type.Primitive primitive -> primitive;
      case Type.Decimal decimal -> decimal;
    };
  }
}

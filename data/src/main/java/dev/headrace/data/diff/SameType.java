package dev.headrace.data.diff;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.util.List;

/** Whether two columns have the same type, whatever ids their parts have. */
final class SameType {
  private SameType() {}

  static boolean ignoringIds(Type one, Type other) {
    return switch (one) {
      case Type.Primitive _ -> one.equals(other);
      case Type.Decimal _ -> one.equals(other);
      case Type.Struct(List<Field> fields) ->
          other instanceof Type.Struct(List<Field> others) && ignoringIds(fields, others);
      case Type.ListOf(int _, Type element) ->
          other instanceof Type.ListOf(int _, Type otherElement)
              && ignoringIds(element, otherElement);
      case Type.MapOf(int _, Type key, int _, Type value) ->
          other instanceof Type.MapOf(int _, Type otherKey, int _, Type otherValue)
              && ignoringIds(key, otherKey)
              && ignoringIds(value, otherValue);
    };
  }

  private static boolean ignoringIds(List<Field> fields, List<Field> others) {
    if (fields.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < fields.size(); i++) {
      if (!fields.get(i).name().equals(others.get(i).name())
          || !ignoringIds(fields.get(i).type(), others.get(i).type())) {
        return false;
      }
    }
    return true;
  }
}

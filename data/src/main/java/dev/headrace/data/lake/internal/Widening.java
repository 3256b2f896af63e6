package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.LakeError;
import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which types can become which without touching a file: the promotions of Iceberg format v2. */
final class Widening {
  private static final Set<Type> INTEGERS = Set.of(Type.Primitive.INT, Type.Primitive.LONG);
  private static final Set<Type> REALS = Set.of(Type.Primitive.FLOAT, Type.Primitive.DOUBLE);

  /** The wider of two types without children; empty when neither takes the values of the other. */
  static Optional<Type> of(Type one, Type other) {
    if (one.equals(other)) {
      return Optional.of(one);
    }
    if (one instanceof Type.Decimal a && other instanceof Type.Decimal b) {
      return a.scale() == b.scale()
          ? Optional.of(a.precision() > b.precision() ? a : b)
          : Optional.empty();
    }
    Set<Type> both = Set.of(one, other);
    if (both.equals(INTEGERS)) {
      return Optional.of(Type.Primitive.LONG);
    }
    if (both.equals(REALS)) {
      return Optional.of(Type.Primitive.DOUBLE);
    }
    return Optional.empty();
  }

  /** Whether two types can live in one column; struct fields may come and go. Ids are ignored. */
  static boolean fits(Type old, Type wanted) {
    if (old instanceof Type.Struct(List<Field> oldFields)
        && wanted instanceof Type.Struct(List<Field> fields)) {
      Map<String, Field> known = FieldIds.byName(oldFields);
      Map<String, Field> asked = FieldIds.byName(fields);
      return asked.entrySet().stream()
          .allMatch(
              entry -> {
                Field match = known.get(entry.getKey());
                return match == null || fits(match.type(), entry.getValue().type());
              });
    }
    if (old instanceof Type.ListOf(int oldId, Type oldElement)
        && wanted instanceof Type.ListOf(int id, Type element)) {
      return fits(oldElement, element);
    }
    if (old instanceof Type.MapOf(int oldKeyId, Type oldKey, int oldValueId, Type oldValue)
        && wanted instanceof Type.MapOf(int keyId, Type key, int valueId, Type value)) {
      return fits(oldKey, key) && fits(oldValue, value);
    }
    return of(old, wanted).isPresent();
  }

  static HeadraceException conflict(VersionId version, String path, Type old, Type wanted) {
    return new HeadraceException(
        LakeError.LAKE_TYPE_CONFLICT,
        "Cannot store table '%s': column '%s' is %s and the new rows have %s."
            .formatted(version.table(), path, Schemas.text(old), Schemas.text(wanted)),
        "Cast the column to %s, or rebuild the table with --full-refresh."
            .formatted(Schemas.text(old)));
  }

  private Widening() {}
}

package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.LakeError;
import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The schema of a table after files with further columns or wider types were added to it. */
final class Evolved {
  private final VersionId version;

  private Evolved(VersionId version) {
    this.version = version;
  }

  /**
   * The columns of {@code base}, widened and renamed by id as {@code added} has them, then new
   * ones.
   */
  static Schema of(VersionId version, Schema base, Schema added) {
    return new Schema(new Evolved(version).fields("", base.fields(), added.fields()));
  }

  /** The highest id in a schema; 0 when it has none. */
  static int highestId(Schema schema) {
    return Schemas.toIceberg(schema).highestFieldId();
  }

  private List<Field> fields(String parent, List<Field> base, List<Field> added) {
    Map<Integer, Field> byId = new LinkedHashMap<>();
    added.forEach(field -> byId.put(field.id(), field));
    List<Field> result = new ArrayList<>(base.size());
    for (Field old : base) {
      Field now = byId.remove(old.id());
      result.add(
          now == null
              ? old
              : new Field(old.id(), now.name(), type(parent + now.name(), old.type(), now.type())));
    }
    result.addAll(byId.values());
    FieldIds.rejectDuplicates(version, parent, result);
    return result;
  }

  private Type type(String path, Type old, Type now) {
    if (old instanceof Type.Struct(List<Field> oldFields)
        && now instanceof Type.Struct(List<Field> fields)) {
      return new Type.Struct(fields(path + ".", oldFields, fields));
    }
    if (old instanceof Type.ListOf(int oldId, Type oldElement)
        && now instanceof Type.ListOf(int id, Type element)) {
      requireSame(path, oldId, id);
      return new Type.ListOf(id, type(path + ".element", oldElement, element));
    }
    if (old instanceof Type.MapOf(int oldKeyId, Type oldKey, int oldValueId, Type oldValue)
        && now instanceof Type.MapOf(int keyId, Type key, int valueId, Type value)) {
      requireSame(path, oldKeyId, keyId);
      requireSame(path, oldValueId, valueId);
      return new Type.MapOf(
          keyId, type(path + ".key", oldKey, key), valueId, type(path + ".value", oldValue, value));
    }
    return Widening.of(old, now).orElseThrow(() -> Widening.conflict(version, path, old, now));
  }

  private void requireSame(String path, int oldId, int id) {
    if (oldId != id) {
      throw new HeadraceException(
          LakeError.LAKE_SCHEMA_CONFLICT,
          "Cannot commit to table '%s': column '%s' has field id %d in the base and %d in the files."
              .formatted(version.table(), path, oldId, id),
          "Write the files again with the ids that assignIds gives for this base.");
    }
  }
}

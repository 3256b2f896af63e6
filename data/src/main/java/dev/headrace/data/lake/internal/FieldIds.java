package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.Evolution;
import dev.headrace.data.lake.LakeError;
import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives columns their ids: known names keep theirs, new names get the next free ones. */
public final class FieldIds {
  private final VersionId version;
  private final Evolution evolution;
  private int last;

  /**
   * @param last the highest id the version ever gave away
   */
  public FieldIds(VersionId version, Evolution evolution, int last) {
    this.version = version;
    this.evolution = evolution;
    this.last = last;
  }

  /**
   * The wanted columns with ids; a type is the wider of the existing and the wanted one.
   *
   * @throws HeadraceException LAKE_TYPE_CONFLICT, LAKE_DUPLICATE_COLUMN
   */
  public Schema assign(Schema existing, Schema wanted) {
    return new Schema(fields("", existing.fields(), wanted.fields()));
  }

  private List<Field> fields(String parent, List<Field> existing, List<Field> wanted) {
    rejectDuplicates(version, parent, wanted);
    Map<String, Field> known = byName(existing);
    // Siblings get their ids before their children, as Iceberg itself numbers them.
    List<@Nullable Field> kept = new ArrayList<>(wanted.size());
    int[] ids = new int[wanted.size()];
    for (int i = 0; i < ids.length; i++) {
      Field field = wanted.get(i);
      Field old = known.get(lower(field.name()));
      if (old != null
          && evolution == Evolution.REPLACE
          && !Widening.fits(old.type(), field.type())) {
        old = null;
      }
      kept.add(old);
      ids[i] = old == null ? ++last : old.id();
    }
    List<Field> assigned = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      Field field = wanted.get(i);
      Field old = kept.get(i);
      String path = parent + field.name();
      assigned.add(
          old == null
              ? new Field(ids[i], field.name(), fresh(path, field.type()))
              : new Field(old.id(), old.name(), kept(path, old.type(), field.type())));
    }
    return assigned;
  }

  private Type fresh(String path, Type wanted) {
    return switch (wanted) {
      case Type.Primitive primitive -> primitive;
      case Type.Decimal decimal -> decimal;
      case Type.Struct(List<Field> fields) ->
          new Type.Struct(fields(path + ".", List.of(), fields));
      case Type.ListOf(int ignored, Type element) -> {
        int elementId = ++last;
        yield new Type.ListOf(elementId, fresh(path + ".element", element));
      }
      case Type.MapOf(int ignoredKey, Type key, int ignoredValue, Type value) -> {
        int keyId = ++last;
        int valueId = ++last;
        yield new Type.MapOf(
            keyId, fresh(path + ".key", key), valueId, fresh(path + ".value", value));
      }
    };
  }

  private Type kept(String path, Type old, Type wanted) {
    if (old instanceof Type.Struct(List<Field> oldFields)
        && wanted instanceof Type.Struct(List<Field> fields)) {
      return new Type.Struct(fields(path + ".", oldFields, fields));
    }
    if (old instanceof Type.ListOf(int elementId, Type oldElement)
        && wanted instanceof Type.ListOf(int ignored, Type element)) {
      return new Type.ListOf(elementId, kept(path + ".element", oldElement, element));
    }
    if (old instanceof Type.MapOf(int keyId, Type oldKey, int valueId, Type oldValue)
        && wanted instanceof Type.MapOf(int ignoredKey, Type key, int ignoredValue, Type value)) {
      return new Type.MapOf(
          keyId, kept(path + ".key", oldKey, key), valueId, kept(path + ".value", oldValue, value));
    }
    return Widening.of(old, wanted)
        .orElseThrow(() -> Widening.conflict(version, path, old, wanted));
  }

  /** Fields by their name in lower case. */
  static Map<String, Field> byName(List<Field> fields) {
    Map<String, Field> byName = HashMap.newHashMap(fields.size());
    fields.forEach(field -> byName.put(lower(field.name()), field));
    return byName;
  }

  static void rejectDuplicates(VersionId version, String parent, List<Field> fields) {
    Set<String> seen = HashSet.newHashSet(fields.size());
    for (Field field : fields) {
      if (!seen.add(lower(field.name()))) {
        throw new HeadraceException(
            LakeError.LAKE_DUPLICATE_COLUMN,
            "Cannot store table '%s': the column '%s%s' occurs twice; case does not tell names apart."
                .formatted(version.table(), parent, field.name()),
            "Rename one of them, for example with 'as'.");
      }
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}

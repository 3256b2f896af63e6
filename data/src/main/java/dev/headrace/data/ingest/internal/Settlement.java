package dev.headrace.data.ingest.internal;

import dev.headrace.data.ingest.ColumnType;
import dev.headrace.data.ingest.IngestError;
import dev.headrace.data.ingest.Provenance;
import dev.headrace.data.ingest.SourceSpec;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Decides the columns of a table: those it has keep their types, those declared get the declared
 * types, the others get the narrowest type that holds all values seen.
 */
final class Settlement {
  private final String source;
  private final Optional<Schema> present;
  private final Map<String, String> rename = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, ColumnType> declared = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /** Names of the declared columns, as they are declared. */
  private final List<String> inOrder;

  Settlement(String source, SourceSpec spec, Optional<Schema> present) {
    this.source = source;
    this.present = present;
    this.rename.putAll(spec.rename());
    this.inOrder = List.copyOf(spec.columns().keySet());
    spec.columns().forEach((name, type) -> declared.put(name, ColumnType.parse(type)));
  }

  /**
   * What a table's columns are and how they are made.
   *
   * @param columns one for each column that comes from files
   * @param schema all columns; ids of those the table has, 0 for new ones
   */
  record Settled(List<Column> columns, Schema schema) {
    /** The column made from what files call {@code source}. */
    Optional<Column> ofSource(String source) {
      return columns.stream()
          .filter(column -> column.source().equalsIgnoreCase(source))
          .findFirst();
    }
  }

  /** The declared type of what files call {@code source}. */
  Optional<ColumnType> declared(String source) {
    return Optional.ofNullable(declared.get(renamed(source)));
  }

  /** Tells the profile what the table and the declaration expect of each column. */
  void expect(ValueProfile root) {
    Map<String, String> sources = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    rename.forEach((from, to) -> sources.put(to, from));
    present.ifPresent(
        schema ->
            schema.fields().stream()
                .filter(field -> !Provenance.isReserved(field.name()))
                .forEach(
                    field ->
                        root.key(sources.getOrDefault(field.name(), field.name()))
                            .profile
                            .expect(field.type())));
    // In the order of the declaration: it is the order of the columns of a new table.
    inOrder.forEach(
        name -> {
          ColumnType type = Objects.requireNonNull(declared.get(name));
          ValueProfile profile = root.key(sources.getOrDefault(name, name)).profile;
          profile.expect(type.type());
          if (type.format() != null) {
            profile.expectFormatted();
          }
        });
  }

  /** The columns, given what the files call them and what was seen of each. */
  Settled settle(Map<String, Observed> seen) {
    Map<String, String> spelling = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    Map<String, Column> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    List<Field> fields = new ArrayList<>();
    present.ifPresent(schema -> fields.addAll(schema.fields()));
    Map<String, Integer> index = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < fields.size(); i++) {
      index.put(fields.get(i).name(), i);
    }
    List<Field> added = new ArrayList<>();
    seen.forEach(
        (file, observed) -> {
          String name = renamed(file);
          requireFree(name, file, spelling.put(name, file));
          Optional<ColumnType> wanted = declared(file);
          Integer at = index.get(name);
          Type type;
          if (at != null) {
            Field field = fields.get(at);
            type =
                wanted.isPresent()
                    ? widened(field, wanted.get().type())
                    : evolved(field.type(), observed.type());
            fields.set(at, new Field(field.id(), field.name(), type));
            name = field.name();
          } else {
            type = wanted.map(ColumnType::type).orElse(observed.type());
            requireDistinctFields(name, type);
            added.add(Field.unassigned(name, type));
          }
          byName.put(
              name,
              new Column(
                  name,
                  file,
                  type,
                  wanted.map(ColumnType::format).orElse(null),
                  observed.profile()));
        });
    if (present.isEmpty()) {
      fields.addAll(added);
      fields.addAll(Provenance.fields());
    } else {
      fields.addAll(added);
    }
    List<Column> columns = new ArrayList<>();
    fields.forEach(
        field -> {
          Column column = byName.get(field.name());
          if (column != null) {
            columns.add(column);
          }
        });
    return new Settled(columns, new Schema(fields));
  }

  /**
   * What is known of a column of the files.
   *
   * @param type of its values, were it a new column
   */
  record Observed(Type type, @Nullable ValueProfile profile) {}

  /** What the profile of all records has seen, by the name of the column in the files. */
  static Map<String, Observed> observed(ValueProfile root) {
    Map<String, Observed> seen = new LinkedHashMap<>();
    root.keys()
        .forEach(
            key -> {
              if (key.met) {
                seen.put(key.name, new Observed(key.profile.type(), key.profile));
              }
            });
    return seen;
  }

  private String renamed(String file) {
    return rename.getOrDefault(file, file);
  }

  private void requireFree(String name, String file, @Nullable String other) {
    if (other != null) {
      throw names(
          "columns '%s' and '%s' would both become '%s'".formatted(other, file, name),
          "Give one another name with 'rename: {\"%s\": …}' or csv.names.".formatted(file));
    }
    if (file.isEmpty()) {
      throw names(
          "a key is empty, of which no column can be made",
          "Read the records as text, with 'format: lines' and 'pattern: \"(?P<record>.*)\"', and"
              + " take them apart in a table.");
    }
    if (Provenance.isReserved(name)) {
      throw names(
          "the name of column '" + name + "' is reserved",
          "Give it another name with 'rename: {" + name + ": …}'.");
    }
  }

  private void requireDistinctFields(String path, Type type) {
    switch (type) {
      case Type.Struct struct -> {
        Map<String, String> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Field field : struct.fields()) {
          if (field.name().isEmpty()) {
            throw names(
                "a key in '%s' is empty".formatted(path),
                "Keep it as text with 'columns: {%s: json}'.".formatted(path));
          }
          String other = names.put(field.name(), field.name());
          if (other != null) {
            throw names(
                "keys '%s' and '%s' in '%s' differ by case only"
                    .formatted(other, field.name(), path),
                "Keep it as text with 'columns: {%s: json}'.".formatted(path));
          }
          requireDistinctFields(path + "." + field.name(), field.type());
        }
      }
      case Type.ListOf list -> requireDistinctFields(path, list.element());
      case Type.MapOf map -> requireDistinctFields(path, map.value());
      case Primitive primitive -> {}
      case Type.Decimal decimal -> {}
    }
  }

  private HeadraceException names(String what, String hint) {
    return new HeadraceException(
        IngestError.INGEST_COLUMN_NAMES, "Cannot load '" + source + "': " + what + ".", hint);
  }

  /** The declared type, if a table may change to it without rewriting what it holds. */
  private Type widened(Field field, Type wanted) {
    if (canWiden(field.type(), wanted)) {
      return withIds(field.type(), wanted);
    }
    throw new HeadraceException(
        IngestError.INGEST_TYPE_CONFLICT,
        "Cannot load '%s': column '%s' is declared %s but the table holds %s."
            .formatted(
                source, field.name(), ColumnType.text(wanted), ColumnType.text(field.type())),
        "A table can widen int to long, float to double and a decimal's precision; for anything"
            + " else load everything anew: headrace run --select "
            + source
            + " --full-refresh.");
  }

  /** Whether every value of {@code from} is one of {@code to}, as Iceberg sees it. */
  static boolean canWiden(Type from, Type to) {
    if (from instanceof Primitive a && to instanceof Primitive b) {
      return a == b
          || (a == Primitive.INT && b == Primitive.LONG)
          || (a == Primitive.FLOAT && b == Primitive.DOUBLE);
    }
    if (from instanceof Type.Decimal a && to instanceof Type.Decimal b) {
      return a.scale() == b.scale() && a.precision() <= b.precision();
    }
    if (from instanceof Type.ListOf a && to instanceof Type.ListOf b) {
      return canWiden(a.element(), b.element());
    }
    if (from instanceof Type.MapOf a && to instanceof Type.MapOf b) {
      return canWiden(a.key(), b.key()) && canWiden(a.value(), b.value());
    }
    if (from instanceof Type.Struct a && to instanceof Type.Struct b) {
      Schema wanted = new Schema(b.fields());
      return a.fields().stream()
          .allMatch(
              field ->
                  wanted
                      .field(field.name())
                      .filter(other -> canWiden(field.type(), other.type()))
                      .isPresent());
    }
    return false;
  }

  /** {@code wanted} with the ids and the order of fields of {@code from}. */
  private static Type withIds(Type from, Type wanted) {
    if (from instanceof Type.ListOf a && wanted instanceof Type.ListOf b) {
      return new Type.ListOf(a.elementId(), withIds(a.element(), b.element()));
    }
    if (from instanceof Type.MapOf a && wanted instanceof Type.MapOf b) {
      return new Type.MapOf(
          a.keyId(), withIds(a.key(), b.key()), a.valueId(), withIds(a.value(), b.value()));
    }
    if (from instanceof Type.Struct a && wanted instanceof Type.Struct b) {
      return new Type.Struct(mergedFields(a, b, Settlement::withIds));
    }
    return wanted;
  }

  /** The table's type with the fields that were seen for the first time. */
  private Type evolved(Type from, Type seen) {
    if (from instanceof Type.ListOf a && seen instanceof Type.ListOf b) {
      return new Type.ListOf(a.elementId(), evolved(a.element(), b.element()));
    }
    if (from instanceof Type.MapOf a && seen instanceof Type.MapOf b) {
      return new Type.MapOf(a.keyId(), a.key(), a.valueId(), evolved(a.value(), b.value()));
    }
    if (from instanceof Type.Struct a && seen instanceof Type.Struct b) {
      for (Field field : b.fields()) {
        Optional<Field> known = new Schema(a.fields()).field(field.name());
        if (known.isPresent() && !known.get().name().equals(field.name())) {
          throw names(
              "key '%s' differs from '%s', which the table has, by case only"
                  .formatted(field.name(), known.get().name()),
              "Write the key as the table has it.");
        }
      }
      return new Type.Struct(mergedFields(a, b, this::evolved));
    }
    return from;
  }

  private static List<Field> mergedFields(
      Type.Struct from, Type.Struct to, BinaryOperator<Type> merge) {
    Map<String, Field> fields = new LinkedHashMap<>();
    from.fields().forEach(field -> fields.put(field.name().toLowerCase(Locale.ROOT), field));
    for (Field field : to.fields()) {
      fields.merge(
          field.name().toLowerCase(Locale.ROOT),
          Field.unassigned(field.name(), field.type()),
          (old, fresh) -> new Field(old.id(), old.name(), merge.apply(old.type(), fresh.type())));
    }
    return new ArrayList<>(fields.values());
  }
}

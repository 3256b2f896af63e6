package dev.headrace.data.lake.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;

/**
 * Ids of partition fields, which within a table stand for one column and one way of dividing it:
 * readers put all layouts that a table has had into one type and give up where an id means two
 * things.
 */
final class PartitionIds {
  private PartitionIds() {}

  /** The layout of at most one field, with the id that the table has for it or a new one. */
  static PartitionSpec unique(PartitionSpec spec, Schema schema, TableMetadata table) {
    if (spec.isUnpartitioned()) {
      return spec;
    }
    PartitionField field = spec.fields().getFirst();
    for (PartitionSpec known : table.specs()) {
      for (PartitionField other : known.fields()) {
        if (isSame(other, field)) {
          return bound(field, other.fieldId(), other.name(), schema);
        }
      }
    }
    int id = table.lastAssignedPartitionId() + 1;
    boolean taken =
        table.specs().stream()
            .flatMap(known -> known.fields().stream())
            .anyMatch(other -> other.name().equals(field.name()));
    return bound(field, id, taken ? field.name() + "_" + id : field.name(), schema);
  }

  /** By name: one read from a file is another object than one that was built. */
  private static boolean isSame(PartitionField one, PartitionField other) {
    return one.sourceId() == other.sourceId()
        && one.transform().toString().equals(other.transform().toString());
  }

  /** Iceberg's builder takes no id; what it reads from files does. */
  private static PartitionSpec bound(PartitionField field, int id, String name, Schema schema) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode().put("spec-id", 0);
    spec.putArray("fields")
        .addObject()
        .put("name", name)
        .put("transform", field.transform().toString())
        .put("source-id", field.sourceId())
        .put("field-id", id);
    return PartitionSpecParser.fromJson(schema, spec);
  }
}

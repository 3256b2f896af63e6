package dev.headrace.data.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class KnownMetadataTest {
  private static final TableMetadata EMPTY =
      TableMetadata.buildFromEmpty(2)
          .assignUUID("0190a0de-0000-7000-8000-000000000000")
          .setLocation("/lake/t")
          .setCurrentSchema(
              new Schema(Types.NestedField.optional(1, "id", Types.LongType.get())), 1)
          .setDefaultPartitionSpec(PartitionSpec.unpartitioned())
          .setDefaultSortOrder(SortOrder.unsorted())
          .build();

  private final KnownMetadata known = new KnownMetadata();

  @Test
  void get_isOnlyWhatIsAtTheLocation() {
    known.put(table(1), at("a"));
    assertThat(known.get(table(1), "a")).isNotNull();
    assertThat(known.get(table(1), "b")).isNull();
    assertThat(known.get(table(2), "a")).isNull();

    known.put(table(1), at("b"));
    assertThat(known.get(table(1), "a")).isNull();
    assertThat(known.get(table(1), "b")).isNotNull();

    known.forget(table(1));
    assertThat(known.get(table(1), "b")).isNull();
  }

  @Test
  void put_givesUpTheTablesUsedLongestAgo() {
    int many = 20_000;
    for (int i = 0; i < many; i++) {
      known.put(table(i), at("a"));
      known.get(table(0), "a");
    }
    assertThat(known.get(table(0), "a")).isNotNull();
    assertThat(known.get(table(1), "a")).isNull();
    assertThat(known.get(table(many - 1), "a")).isNotNull();
  }

  private static TableIdentifier table(int number) {
    return TableIdentifier.of("lake", "t" + number);
  }

  private static TableMetadata at(String location) {
    return TableMetadata.buildFrom(EMPTY).discardChanges().withMetadataLocation(location).build();
  }
}

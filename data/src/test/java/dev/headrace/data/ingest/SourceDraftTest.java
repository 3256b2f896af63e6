package dev.headrace.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceDraftTest {
  @TempDir Path directory;

  @Test
  void of_aFileWithKeyAndTime() throws IOException {
    try (IngestFixture at = new IngestFixture(directory)) {
      at.write(
          "in/My Orders.csv",
          "customer_id,order_id,at,ship to\n1,10,2026-01-01 10:00:00,x\n1,11,2026-01-02 10:00:00,y\n");
      SourceDraft draft =
          SourceDraft.of(
              "in/My Orders.csv", directory, directory.resolve("staging"), at.engine.trusted());
      assertThat(draft.name()).isEqualTo("my_orders");
      assertThat(draft.yaml())
          .isEqualTo(
              """
              # 2 rows were looked at.
              files: "in/My Orders.csv"
              format: csv
              key: [order_id]
              time: at
              columns:
                customer_id: long
                order_id: long
                at: timestamp
                ship to: string
              checks:
                - not-null: [order_id]
              """);
      assertThat(directory.resolve("staging")).isEmptyDirectory();
    }
  }
}

package dev.headrace.ml.online;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import java.time.Duration;

/** What a project may say about the online store under {@code online: embedded:}. */
@Doc("The online store within the serving process: a map, a log and snapshots. The default.")
public record EmbeddedSpec(
    @Doc("Directory within the state directory.") @Default("online") String path,
    @Doc(
            "What it means that a write was taken: 'always', it is on the disk and survives the"
                + " machine; 'interval', it survives the process and is on the disk soon.")
        @Default("interval")
        Durability durability,
    @Doc("With 'interval': how long at most until the disk has it.") @Default("1s")
        Duration syncInterval) {
  public EmbeddedSpec {
    if (!syncInterval.isPositive()) {
      throw new IllegalArgumentException(
          "must have 'sync-interval' above 0, but is " + syncInterval);
    }
  }
}

package dev.headrace.data.lake;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Everything a lake does, with its catalog in a file of its own. */
class LakeTest implements LakeRows, LakeDays, LakeBases, LakeColumns, LakeReaders {
  @TempDir private Path directory;
  private Lake lake;
  private DuckFiles duck;

  @BeforeEach
  void open() {
    lake = Lake.open(config(directory));
    duck = new DuckFiles();
  }

  @AfterEach
  void close() {
    duck.close();
    lake.close();
  }

  @Override
  public final Lake lake() {
    return lake;
  }

  @Override
  public final DuckFiles duck() {
    return duck;
  }

  @Override
  public final Path directory() {
    return directory;
  }

  @Override
  public LakeConfig config(Path warehouse) {
    return LakeConfig.in(warehouse);
  }

  @Override
  public Map<String, String> catalogProperties() {
    return Map.of(
        "uri", "jdbc:sqlite:" + directory.resolve("catalog.db"), "warehouse", directory.toString());
  }
}

package dev.headrace.cli.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/** Another program that writes data files: rows that are there once more, in a file of its own. */
final class OutsideWriter {
  private OutsideWriter() {}

  /** The live files of a table. */
  static List<DataFile> files(Table table) {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  static long rows(Table table) {
    return files(table).stream().mapToLong(DataFile::recordCount).sum();
  }

  /** A new data file with the rows of the table's first one. */
  static DataFile repeat(Table table) {
    return repeat(table, Path.of(table.location(), "data"));
  }

  static DataFile repeat(Table table, Path directory) {
    DataFile first = files(table).getFirst();
    Path copy = directory.resolve(UUID.randomUUID() + ".parquet");
    try {
      Files.createDirectories(directory);
      Files.copy(Path.of(first.location()), copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return DataFiles.builder(table.spec()).copy(first).withPath(copy.toString()).build();
  }
}

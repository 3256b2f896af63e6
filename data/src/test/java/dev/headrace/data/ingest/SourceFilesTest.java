package dev.headrace.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.core.ledger.LoadedFile;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFilesTest {
  @TempDir Path directory;

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> paths(String... globs) {
    return SourceFiles.discover(List.of(globs), directory).stream().map(SourceFile::path).toList();
  }

  @Test
  void discover_globs() throws IOException {
    for (String name :
        List.of(
            "in/a.csv", "in/b.csv", "in/c.json", "in/2026/01/d.csv", "in/.e.csv", "in/_f.csv")) {
      write(name, "x");
    }
    Files.createSymbolicLink(directory.resolve("in/link.csv"), directory.resolve("in/a.csv"));
    assertThat(paths("in/*.csv")).containsExactly("in/a.csv", "in/b.csv", "in/link.csv");
    assertThat(paths("in/**/*.csv"))
        .containsExactly("in/2026/01/d.csv", "in/a.csv", "in/b.csv", "in/link.csv");
    assertThat(paths("in/{a,c}.*")).containsExactly("in/a.csv", "in/c.json");
    assertThat(paths("in/b.csv", "in/?.csv")).containsExactly("in/a.csv", "in/b.csv");
  }

  @Test
  void discover_namesWithSpecialCharacters() throws IOException {
    write("in/br[ack]et.csv", "x");
    write("in/back\\slash.csv", "x");
    write("in/back/slash.csv", "x");
    assertThat(paths("in/br[ack]et.csv")).containsExactly("in/br[ack]et.csv");
    assertThat(paths("in/**/*slash.csv"))
        .containsExactly("in/back/slash.csv", "in/back\\slash.csv");
  }

  @Test
  void discover_links() throws IOException {
    write("in/a/b.csv", "x");
    Files.createSymbolicLink(directory.resolve("in/a/up"), directory.resolve("in"));
    assertThat(paths("in/**/*.csv")).containsExactly("in/a/b.csv");

    Files.createSymbolicLink(directory.resolve("in/gone.csv"), directory.resolve("nowhere"));
    assertThat(refusal("in/**/*.csv"))
        .hasMessageContaining("gone.csv, a link that leads nowhere")
        .extracting(HeadraceException::code)
        .isEqualTo(IngestError.INGEST_UNREADABLE);
  }

  @Test
  void discover_noFiles() throws IOException {
    write("in/a.csv", "x");
    assertThat(refusal("").code()).isEqualTo(IngestError.INGEST_SPEC);
    assertThat(refusal("in").code()).isEqualTo(IngestError.INGEST_SPEC);
    assertThat(refusal("in/*.json").code()).isEqualTo(IngestError.INGEST_NO_FILES);
  }

  private HeadraceException refusal(String glob) {
    return catchThrowableOfType(HeadraceException.class, () -> paths(glob));
  }

  @Test
  void compare_knowsFilesByPathSizeTimeAndContent() throws IOException {
    for (String name : List.of("same", "changed", "grown", "touched", "gone")) {
      write("in/" + name + ".csv", name);
    }
    List<LoadedFile> loaded =
        SourceFiles.discover(List.of("in/*.csv"), directory).stream()
            .map(
                file -> {
                  try {
                    return new LoadedFile(
                        file.path(),
                        file.sizeBytes(),
                        file.modified(),
                        ContentHash.of(file.location()),
                        1,
                        0);
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                })
            .toList();
    FileTime later = FileTime.from(Instant.parse("2030-01-01T00:00:00Z"));
    write("in/changed.csv", "CHANGED");
    Files.setLastModifiedTime(directory.resolve("in/changed.csv"), later);
    write("in/grown.csv", "grown more");
    Files.setLastModifiedTime(directory.resolve("in/touched.csv"), later);
    Files.move(directory.resolve("in/gone.csv"), directory.resolve("in/moved.csv"));
    write("in/fresh.csv", "something else");
    FileChanges changes =
        FileChanges.compare(SourceFiles.discover(List.of("in/*.csv"), directory), loaded);
    assertThat(changes.fresh())
        .extracting(SourceFile::path)
        .containsExactly("in/fresh.csv", "in/moved.csv");
    assertThat(changes.copies())
        .containsExactly(java.util.Map.entry("in/moved.csv", "in/gone.csv"));
    assertThat(changes.changed())
        .extracting(SourceFile::path)
        .containsExactly("in/changed.csv", "in/grown.csv");
    assertThat(changes.touched()).extracting(SourceFile::path).containsExactly("in/touched.csv");
    assertThat(changes.unchanged()).extracting(SourceFile::path).containsExactly("in/same.csv");
    assertThat(changes.missing()).extracting(LoadedFile::path).containsExactly("in/gone.csv");
  }
}

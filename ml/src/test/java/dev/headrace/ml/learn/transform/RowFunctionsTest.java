package dev.headrace.ml.learn.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RowFunctionsTest {
  /** Other names of what the page tells. */
  private static final Set<String> SYNONYMS = Set.of("datepart", "datediff", "timezone");

  @Test
  void names_areAllOnThePageOfModels() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("headrace.root")));
    String page = Files.readString(root.resolve("docs/models.md"));
    String section =
        page.substring(page.indexOf("## Computed features"), page.indexOf("## Preparation"));
    Set<String> untold = new TreeSet<>(RowFunctions.names());
    untold.removeIf(name -> section.matches("(?s).*\\b" + name + "\\b.*"));
    assertThat(untold).isEqualTo(new TreeSet<>(SYNONYMS));
  }
}

package dev.headrace.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.headrace.cli.Shell;
import dev.headrace.cli.compose.Kinds;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.spec.ReferencePage;
import dev.headrace.spi.error.ErrorCode;
import dev.headrace.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents say is so. */
class DocsTest {
  /** A block whose first line names the file of a project that it is. */
  private static final Pattern PROJECT_FILE =
      Pattern.compile("(?ms)^```(?:yaml|sql) (\\S+\\.(?:yaml|sql))\n(.*?)^```$");

  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)(?:#[^)]*)?\\)");

  @TempDir Path directory;

  @Test
  void referencePages_sayWhatIsBound() {
    for (Kind<?> kind : Kinds.all()) {
      Golden.of("docs/reference/" + kind.name() + ".md").matches(ReferencePage.of(kind));
    }
    Golden.of("docs/reference/headrace.md").matches(ReferencePage.ofConfig(Kinds.SECTIONS));
  }

  @Test
  void errorPage_listsEveryCode() throws IOException {
    Map<String, List<ErrorCode>> rooms = new TreeMap<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.headrace")) {
      // Of an enum that has moved, an incremental build may have left the old class.
      if (type.isEnum()
          && type.isAssignableTo(ErrorCode.class)
          && sourceOf(type.getName()).isPresent()) {
        rooms.put(
            type.getName(),
            Stream.of(type.reflect().getEnumConstants()).map(ErrorCode.class::cast).toList());
      }
    }
    assertThat(rooms).hasSizeGreaterThan(10);
    StringBuilder page = new StringBuilder();
    page.append("<!-- Generated from the enums of error codes; do not edit. -->\n# Errors\n\n");
    page.append("Every failure has a code, and scripts can rely on it. The kind gives the exit\n");
    page.append("code of a command; see [the command line](../cli.md#exit-codes).\n");
    for (Map.Entry<String, List<ErrorCode>> room : rooms.entrySet()) {
      String source = Files.readString(sourceOf(room.getKey()).orElseThrow());
      page.append("\n## ").append(prefix(room.getValue())).append("\n\n");
      page.append("| code | kind | exit | meaning |\n|---|---|---|---|\n");
      for (ErrorCode code : room.getValue()) {
        page.append(
            "| `%s` | %s | %d | %s |\n"
                .formatted(
                    code.name(),
                    code.kind(),
                    code.kind().exitCode(),
                    meaning(code.name(), source)));
      }
    }
    Golden.of("docs/reference/errors.md").matches(page.toString());
  }

  private static String prefix(List<ErrorCode> codes) {
    return codes.getFirst().name().replaceFirst("_.*", "");
  }

  private static Optional<Path> sourceOf(String className) throws IOException {
    String file = "src/main/java/" + className.replace('.', '/') + ".java";
    // Plug-ins lie one directory deeper than floors.
    try (Stream<Path> modules = Files.walk(Golden.root(), 2)) {
      return modules.map(module -> module.resolve(file)).filter(Files::exists).findFirst();
    }
  }

  /** The Javadoc of one constant, in Markdown. */
  private static String meaning(String constant, String source) {
    Matcher doc =
        Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s+" + constant + "\\b", Pattern.DOTALL)
            .matcher(source);
    assertThat(doc.find()).as("Javadoc of %s", constant).isTrue();
    return doc.group(1)
        .replaceAll("\n\\s*\\*", " ")
        .replaceAll("\\{@(?:code|link) ([^}]*)}", "`$1`")
        .replaceAll("\\s+", " ")
        .replace("|", "\\|")
        .strip();
  }

  @Test
  void projectFilesInDocs_makeProjects() throws IOException {
    int files = 0;
    for (Path page : pages()) {
      Matcher block = PROJECT_FILE.matcher(Files.readString(page));
      Path project = directory.resolve(page.getFileName().toString().replace(".md", ""));
      Shell shell = new Shell(project);
      boolean any = false;
      while (block.find()) {
        shell.write(block.group(1), block.group(2));
        any = true;
        files++;
      }
      if (any) {
        if (!Files.exists(project.resolve("headrace.yaml"))) {
          shell.write("headrace.yaml", "name: docs\n");
        }
        shell.succeed("ls", "-p", project.toString());
      }
    }
    assertThat(files).as("files of projects in docs").isGreaterThanOrEqualTo(6);
  }

  @Test
  void links_leadSomewhere() throws IOException {
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        assertThat(page.resolveSibling(link.group(1))).as("link in %s", page).exists();
      }
    }
  }

  private static List<Path> pages() throws IOException {
    Path root = Golden.root();
    try (Stream<Path> docs = Files.walk(root.resolve("docs"));
        Stream<Path> top = Files.list(root)) {
      return Stream.concat(docs, top)
          .filter(page -> page.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }
}

package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file with the content of another is loaded, and whoever plans or runs hears of it. */
class CopiedFilesTest {
  private static final String THREE = "id\n1\n2\n3\n";
  private static final String COPY =
      "File 'data/b.csv' of source 'ev' has the content of 'data/a.csv': nothing is left out, its"
          + " rows come twice. Remove one of the two unless that is meant; rows that were loaded stay"
          + " until: headrace run --full-refresh --select ev+.";
  private static final String RENAMED =
      "File 'data/b.csv' of source 'ev' has the content of 'data/a.csv', which is gone but keeps its"
          + " rows: they come twice. Drop the rows of files that are gone with: headrace run"
          + " --full-refresh --select ev+.";

  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void open() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: copies\n");
  }

  private void source(String settings) throws IOException {
    shell.write("sources/ev.yaml", "files: data/*.csv\ncolumns: {id: int}\n" + settings);
  }

  private void move(String from, String to) throws IOException {
    Files.move(directory.resolve("data/" + from), directory.resolve("data/" + to));
  }

  private List<String> planned() throws IOException {
    return warnings(shell.json("plan", "--json"));
  }

  private List<String> run() throws IOException {
    return warnings(shell.json("run", "--json"));
  }

  private static List<String> warnings(JsonNode document) {
    List<String> warnings = new ArrayList<>();
    document.path("steps").path(0).path("warnings").forEach(one -> warnings.add(one.asText()));
    return warnings;
  }

  private long rows() throws IOException {
    return shell
        .json("sql", "select count(*) as n from ev", "--format", "json")
        .path(0)
        .path("n")
        .asLong();
  }

  @Test
  void copy_isToldByPlanAndRunAndHistory_once() throws IOException {
    source("");
    shell.write("data/a.csv", THREE);
    assertThat(run()).isEmpty();
    shell.write("data/b.csv", THREE);

    assertThat(shell.succeed("plan"))
        .isEqualTo(
            "build  ev  source   1 new file  (append data/b.csv)\n"
                + "warning: %s\n1 to build, 0 up to date.\n".formatted(COPY));
    assertThat(planned()).containsExactly(COPY);
    assertThat(shell.succeed("run")).startsWith("warning: " + COPY + "\nRun 2 succeeded in ");
    assertThat(rows()).isEqualTo(6);
    assertThat(shell.json("history", "ev", "--json").path("steps").path(0).path("reason").asText())
        .isEqualTo("1 new file. " + COPY);

    assertThat(planned()).isEmpty();
    assertThat(run()).isEmpty();
    shell.write("data/c.csv", "id\n4\n");
    assertThat(planned()).isEmpty();
    assertThat(run()).isEmpty();
  }

  @Test
  void renamedFile_isToldWithTheNameThatIsGone() throws IOException {
    source("");
    shell.write("data/a.csv", THREE);
    run();
    move("a.csv", "b.csv");

    assertThat(shell.succeed("plan")).contains("\nwarning: " + RENAMED + "\n");
    assertThat(planned()).containsExactly(RENAMED);
    assertThat(run()).containsExactly(RENAMED);
    assertThat(rows()).isEqualTo(6);
    shell.succeed("run", "--full-refresh", "--select", "ev+");
    assertThat(rows()).isEqualTo(3);
  }

  @Test
  void copyOfAFileThatIsGoneAndOfOneThatIsThere_isToldWithTheLatter() throws IOException {
    source("");
    shell.write("data/a.csv", THREE);
    run();
    move("a.csv", "b.csv");
    run();
    shell.write("data/c.csv", THREE);
    shell.write("data/d.csv", THREE);

    String told =
        "File 'data/c.csv' of source 'ev' has the content of 'data/b.csv' (and 1 more like it): "
            + COPY.substring(COPY.indexOf("nothing"));
    assertThat(planned()).containsExactly(told);
    assertThat(run()).containsExactly(told);
  }

  /** The plan has not read them; files of a header alone are alike and have no row. */
  @Test
  void copiesLoadedTogether_areToldByTheRun() throws IOException {
    source("");
    shell.write("data/a.csv", THREE);
    shell.write("data/b.csv", THREE);
    shell.write("data/c.csv", "id\n");
    shell.write("data/d.csv", "id\n");
    shell.write("data/e.csv", "");
    shell.write("data/f.csv", "");

    assertThat(planned()).isEmpty();
    assertThat(run()).containsExactly(COPY);

    shell.write("data/g.csv", "id\n");
    shell.write("data/h.csv", "");
    assertThat(planned()).isEmpty();
    assertThat(run()).isEmpty();
  }

  @Test
  void changedFile_isComparedByItsContentNow() throws IOException {
    source("on-change: replace\n");
    shell.write("data/a.csv", THREE);
    run();
    move("a.csv", "b.csv");
    shell.write("data/a.csv", "id\n4\n");
    assertThat(planned()).as("what a.csv had is taken out").isEmpty();
    assertThat(run()).isEmpty();
    assertThat(rows()).isEqualTo(4);

    move("b.csv", "c.csv");
    shell.write("data/b.csv", "id\n4\n");
    assertThat(planned()).containsExactly(COPY);
    assertThat(run()).containsExactly(COPY);
    assertThat(rows()).isEqualTo(5);
  }

  @Test
  void copyOfATableThatIsLoadedAnew_staysNoLongerThanItsFile() throws IOException {
    source("load: replace\n");
    shell.write("data/a.csv", THREE);
    run();
    move("a.csv", "b.csv");
    assertThat(planned()).isEmpty();
    assertThat(run()).isEmpty();
    assertThat(rows()).isEqualTo(3);

    move("b.csv", "a.csv");
    run();
    shell.write("data/b.csv", THREE);
    String told = COPY.substring(0, COPY.indexOf("; rows")) + ".";
    assertThat(planned()).containsExactly(told);
    assertThat(run()).containsExactly(told);
    Files.delete(directory.resolve("data/b.csv"));
    assertThat(run()).isEmpty();
    assertThat(rows()).isEqualTo(3);
  }

  @Test
  void copyOfRowsWithAKey_isNotTold() throws IOException {
    source("key: [id]\n");
    shell.write("data/a.csv", THREE);
    run();
    shell.write("data/b.csv", THREE);

    assertThat(planned()).isEmpty();
    assertThat(run()).isEmpty();
    assertThat(rows()).isEqualTo(3);
  }
}

package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  @TempDir Path directory;

  @Test
  void run_keepsEverythingWhereTheProjectSays() throws IOException {
    Shell shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shop\nstate: kept\n");
    shell.write("tables/one.sql", "select 1 as x\n");
    shell.succeed("run");

    assertThat(directory.resolve(".headrace")).doesNotExist();
    assertThat(directory.resolve("kept/ledger.db")).exists();
    assertThat(directory.resolve("kept/cache/analyses.bin")).exists();
  }

  @Test
  void ls_ofAProjectWhoseFileIsBrokenTellsEveryProblemOnce() throws IOException {
    Shell shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shop\nstat: kept\n");
    shell.write("tables/one.sql", "select * from nowhere\n");

    assertThat(shell.run("ls")).isEqualTo(2);
    assertThat(shell.err()).containsOnlyOnce("'stat'").contains("tables/one.sql");
  }
}

package dev.headrace.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C and SIGTERM: what is finished stays, what is not is not seen, and a script can tell. */
class InterruptTest {
  /** Hours of work. */
  private static final String ENDLESS =
      "select count(*) as n from range(30000000) a, range(3000000) b"
          + " where a.range % 7 = b.range % 11";

  @TempDir Path directory;

  @Test
  void run_controlC_keepsWhatIsFinished_andTheNextRunGoesOn() throws Exception {
    Workshop shop = ConcurrencyTest.shop(directory).file("tables/slow.sql", ENDLESS);
    Child.End end;
    try (Child child = shop.start("run")) {
      child.awaitMessages(2);
      child.signal("INT");
      end = child.await();
    }
    assertThat(end.exitCode()).as(end.toString()).isEqualTo(130);
    assertThat(end.err()).contains("Stopping; what is finished is kept.");
    assertThat(end.out()).contains("Cannot build 'slow': the run was cancelled. (RUN_CANCELLED)");
    assertThat(shop.tables().keySet()).containsExactly("orders", "orders__rejected", "t");
    assertThat(LakeFiles.temporary(shop)).isEmpty();

    shop.file("tables/slow.sql", "select 1 as n");
    assertThat(shop.succeed("run")).contains("1 built, 2 up to date");
    shop.succeed("gc");
    assertThat(LakeFiles.strays(shop)).isEmpty();
  }

  @Test
  void run_terminated_exitsAsAnyProgramDoes() throws Exception {
    Workshop shop = ConcurrencyTest.shop(directory).file("tables/slow.sql", ENDLESS);
    try (Child child = shop.start("run", "--json")) {
      Thread.sleep(Duration.ofSeconds(3));
      child.signal("TERM");
      Child.End end = child.await();
      assertThat(end.exitCode()).as(end.toString()).isEqualTo(143);
      assertThat(end.out()).contains("\"status\"").contains("RUN_CANCELLED");
    }
  }

  @Test
  void sql_controlC_stopsTheQuery() throws Exception {
    Workshop shop = ConcurrencyTest.shop(directory);
    shop.succeed("run");
    try (Child child = shop.start("sql", ENDLESS)) {
      Thread.sleep(Duration.ofSeconds(3));
      child.signal("INT");
      Child.End end = child.await();
      assertThat(end.exitCode()).as(end.toString()).isEqualTo(130);
      assertThat(end.out()).isEmpty();
    }
  }
}

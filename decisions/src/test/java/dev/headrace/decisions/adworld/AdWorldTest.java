package dev.headrace.decisions.adworld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.CancellationException;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdWorldTest {
  private static final AdWorldSpec SPEC = AdWorldSpec.of(700, 4, 42);

  @TempDir private Path folder;

  @Test
  void simulate_sameSpec_givesTheSameBytes_whateverThreadsLocaleAndZone() throws Exception {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second's \"copy\"");
    AdWorld.simulate(SPEC.withThreads(1), first);
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      AdWorld.simulate(SPEC.withThreads(7), second);
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
    List<Path> files = files(first);
    assertThat(files(second)).isEqualTo(files).hasSizeGreaterThan(35);
    for (Path file : files) {
      assertThat(Files.mismatch(first.resolve(file), second.resolve(file)))
          .as(file.toString())
          .isEqualTo(-1);
    }
  }

  @Test
  void simulate_someFeeds_writesTheSameFilesOfThose_andTheWholeTruth() throws IOException {
    Path all = folder.resolve("all");
    Path some = folder.resolve("some");
    AdWorld.simulate(SPEC, all);
    AdWorldReport report =
        AdWorld.simulate(SPEC.withFeeds(Set.of(Feed.CLICKS, Feed.AUCTIONS)), some);
    List<Path> files = files(some);
    assertThat(report.files()).hasSize(2 * SPEC.days());
    assertThat(files)
        .isEqualTo(
            files(all).stream()
                .filter(file -> !file.toString().matches("raw/(impressions|conversions|logins)/.*"))
                .toList());
    for (Path file : files) {
      boolean same = Files.mismatch(all.resolve(file), some.resolve(file)) < 0;
      assertThat(same).as(file.toString()).isEqualTo(!file.endsWith("dirt.csv"));
    }
    assertThat(Files.readString(some.resolve("truth/dirt.csv")))
        .contains("clicks")
        .doesNotContain("logins");
    assertThatThrownBy(() -> SPEC.withFeeds(Set.of()))
        .hasMessage("Cannot simulate ads: the number of feeds is 0.");
  }

  @Test
  void simulate_smallSpec_hasTheKnownHash() throws Exception {
    Path world = folder.resolve("world");
    AdWorld.simulate(SPEC, world);
    // Compressed bytes belong to zlib and DuckDB: gzip is unpacked, Parquet left out.
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (Path file : files(world)) {
      String name = file.toString();
      if (!name.endsWith(".parquet") && !name.endsWith("rules.md")) {
        try (InputStream in = Files.newInputStream(world.resolve(file));
            InputStream text = name.endsWith(".gz") ? new GZIPInputStream(in) : in) {
          sha256.update(text.readAllBytes());
        }
      }
    }
    assertThat(HexFormat.of().formatHex(sha256.digest()))
        .as("changes whenever the simulated world changes: then say so in the commit")
        .isEqualTo("c1e2623f5e84bf114fe5092d0d840e15baeaa5cd5021d04baebd664fcdc172f4");
  }

  @Test
  void simulate_otherSeed_givesAnotherWorld() throws Exception {
    AdWorld.simulate(AdWorldSpec.of(50, 1, 1), folder.resolve("a"));
    AdWorld.simulate(AdWorldSpec.of(50, 1, 2), folder.resolve("b"));
    for (String file : List.of("truth/people.csv", "raw/impressions/2026-03-02.jsonl")) {
      assertThat(Files.mismatch(folder.resolve("a/" + file), folder.resolve("b/" + file)))
          .isNotEqualTo(-1);
    }
  }

  @Test
  void simulate_onePersonOneDay_writesEveryFile() throws Exception {
    Path world = folder.resolve("parents/that/do/not/exist");
    AdWorldReport report = AdWorld.simulate(AdWorldSpec.of(1, 1, 3), world);
    for (Feed feed : Feed.values()) {
      assertThat(world.resolve(feed.path("2026-03-02"))).exists();
    }
    assertThat(report.files()).hasSize(5);
    assertThat(report.directory()).isEqualTo(world);
    assertThat(world.resolve("truth/rules.md")).content().contains("7 days");
  }

  @Test
  void simulate_startDate_movesTheFiles() throws Exception {
    AdWorldSpec spec = AdWorldSpec.of(20, 3, 3).withStartDate(LocalDate.of(2024, 2, 28));
    assertThat(AdWorld.simulate(spec, folder.resolve("world")).files())
        .extracting(AdWorldReport.EventFile::path)
        .contains("raw/clicks/2024-02-29.jsonl.gz", "raw/auctions/2024-03-01.parquet");
  }

  @Test
  void simulate_occupiedDirectory_isRefusedAndUntouched() throws Exception {
    Files.writeString(folder.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> AdWorld.simulate(SPEC, folder))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(AdWorldError.ADWORLD_TARGET_OCCUPIED))
        .hasMessageContaining("'notes.txt'");
    Path file = folder.resolve("notes.txt");
    assertThatThrownBy(() -> AdWorld.simulate(SPEC, file)).hasMessageContaining("it is a file");
    assertThat(file).hasContent("mine");
  }

  @Test
  void simulate_unwritableParent_saysSo() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> AdWorld.simulate(SPEC, file.resolve("world")))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(AdWorldError.ADWORLD_WRITE_FAILED));
  }

  @Test
  void simulate_leftoverOfAKilledRun_isReplaced() throws Exception {
    Path leftover = Files.createDirectories(folder.resolve(".world.partial/raw"));
    Files.writeString(leftover.resolve("half.jsonl"), "{");
    AdWorld.simulate(AdWorldSpec.of(5, 1, 1), folder.resolve("world"));
    assertThat(folder.resolve("world/raw/half.jsonl")).doesNotExist();
    assertThat(folder.resolve(".world.partial")).doesNotExist();
  }

  @Test
  void simulate_cancelled_leavesNothing() {
    List<Watch> self = new ArrayList<>();
    Watch watch =
        new Watch(
            fraction -> {
              if (fraction > 0.5) {
                self.getFirst().cancel();
              }
            });
    self.add(watch);
    assertThatThrownBy(() -> AdWorld.simulate(SPEC, folder.resolve("world"), watch))
        .isInstanceOf(CancellationException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void simulate_reportsProgress_upToOne() {
    List<Double> heard = new ArrayList<>();
    AdWorld.simulate(AdWorldSpec.of(50, 2, 1), folder.resolve("world"), new Watch(heard::add));
    assertThat(heard).isSorted().endsWith(1.0).hasSizeGreaterThan(10);
  }

  @Test
  void spec_outOfRange_isRefused() {
    for (Runnable wrong :
        List.<Runnable>of(
            () -> AdWorldSpec.of(0, 1, 1),
            () -> AdWorldSpec.of(1, 0, 1),
            () -> AdWorldSpec.of(1, 4_000, 1),
            () -> SPEC.withThreads(0),
            () -> SPEC.withStartDate(LocalDate.of(1969, 12, 31)))) {
      assertThatThrownBy(wrong::run)
          .isInstanceOfSatisfying(
              HeadraceException.class,
              e -> assertThat(e.code()).isEqualTo(AdWorldError.ADWORLD_SPEC_INVALID));
    }
  }

  private static List<Path> files(Path root) throws IOException {
    try (var paths = Files.walk(root)) {
      return paths.filter(Files::isRegularFile).map(root::relativize).sorted().toList();
    }
  }
}

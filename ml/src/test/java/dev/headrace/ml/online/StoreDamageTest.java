package dev.headrace.ml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.ml.online.internal.Journal;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a store whose files are not as they were written. */
class StoreDamageTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final ViewLayout VIEW =
      new ViewLayout(
          new BuildId("user", "v1"),
          new Schema(List.of(Field.unassigned("user_id", Primitive.LONG))),
          new Schema(
              List.of(
                  Field.unassigned("n", Primitive.LONG), Field.unassigned("t", Primitive.STRING))),
          Optional.empty());

  @TempDir Path scratch;

  private static EntityKey user(long id) {
    return VIEW.keyCodec().encode(List.of(id));
  }

  /**
   * A directory as it is when the process is killed after some writes: a copy made while the store
   * is open.
   */
  private Path killedAfter(int writes, Durability durability) throws IOException {
    Path live = Files.createTempDirectory(scratch, "live");
    Path copy = Files.createTempDirectory(scratch, "copy");
    try (EmbeddedStore store = EmbeddedStore.open(live, durability, Duration.ofHours(1))) {
      store.begin(VIEW);
      store.serve(VIEW.id());
      for (long i = 0; i < writes; i++) {
        put(store, i, i);
      }
      copy(live, copy);
    }
    return copy;
  }

  private static void put(EmbeddedStore store, long user, long value) {
    store.put(
        VIEW.id(), List.of(VIEW.row(user(user), NOW, NOW, List.of(value, "text of " + value))));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static EmbeddedStore open(Path directory) {
    return EmbeddedStore.open(directory, Durability.ALWAYS, SECOND);
  }

  private static Path log(Path directory) {
    return directory.resolve("log-0000000001.bin");
  }

  /** How many of the users from 0 on are there; none after the first that is not. */
  private static int usersThere(EmbeddedStore store, int asked) {
    List<EntityKey> keys = new ArrayList<>();
    for (long i = 0; i < asked; i++) {
      keys.add(user(i));
    }
    OnlineRows rows = store.read("user", keys, NOW);
    int there = 0;
    while (there < asked && rows.status(there) == ValueStatus.PRESENT) {
      assertThat(rows.value(there, 1)).isEqualTo("text of " + there);
      there++;
    }
    for (int i = there; i < asked; i++) {
      assertThat(rows.status(i)).isEqualTo(ValueStatus.MISSING);
    }
    return there;
  }

  @Test
  void logCutAnywhere_opensWithWhatCameBefore_andTakesMore() throws IOException {
    int writes = 4;
    byte[] whole = Files.readAllBytes(log(killedAfter(writes, Durability.ALWAYS)));
    int there = -1;
    for (int length = whole.length % 3; length <= whole.length; length += 3) {
      Path directory = Files.createDirectory(scratch.resolve("cut" + length));
      Files.write(log(directory), Arrays.copyOf(whole, length));
      try (EmbeddedStore store = EmbeddedStore.open(directory, Durability.INTERVAL, SECOND)) {
        if (store.served("user").isPresent()) {
          int now = usersThere(store, writes);
          assertThat(now).isGreaterThanOrEqualTo(there);
          there = now;
        } else {
          assertThat(there).isEqualTo(-1);
          store.begin(VIEW);
          store.serve(VIEW.id());
        }
        put(store, 77, 77);
      }
      try (EmbeddedStore store = EmbeddedStore.open(directory, Durability.INTERVAL, SECOND)) {
        assertThat(store.read("user", List.of(user(77)), NOW).value(0, 0)).isEqualTo(77L);
      }
    }
    assertThat(there).isEqualTo(writes);
  }

  @Test
  void tailOfZerosOrNoise_isCut() throws IOException {
    for (int fill : new int[] {0, 0x48, 0xFF}) {
      Path directory = killedAfter(3, Durability.ALWAYS);
      byte[] whole = Files.readAllBytes(log(directory));
      byte[] longer = Arrays.copyOf(whole, whole.length + 5_000);
      Arrays.fill(longer, whole.length, longer.length, (byte) fill);
      Files.write(log(directory), longer);
      try (EmbeddedStore store = open(directory)) {
        assertThat(usersThere(store, 3)).isEqualTo(3);
      }
    }
  }

  @Test
  void changedByteBeforeTheLastSyncedWrite_isRefused_whereverItIs() throws IOException {
    Path intact = killedAfter(3, Durability.ALWAYS);
    byte[] whole = Files.readAllBytes(log(intact));
    int lastFrame = lastMarker(whole);
    for (int at = 0; at < lastFrame; at += 7) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x10;
      Path directory = Files.createDirectory(scratch.resolve("changed" + at));
      Files.write(log(directory), changed);
      assertRefused(() -> open(directory), OnlineError.ONLINE_STORE_DAMAGED, "log-0000000001.bin");
      assertThat(Files.readAllBytes(log(directory))).as("left alone").isEqualTo(changed);
    }
  }

  @Test
  void changedByteInTheLastWrite_cannotBeToldFromATornOne_andIsCut() throws IOException {
    Path directory = killedAfter(3, Durability.ALWAYS);
    byte[] whole = Files.readAllBytes(log(directory));
    whole[whole.length - 1] ^= 1;
    Files.write(log(directory), whole);
    try (EmbeddedStore store = open(directory)) {
      assertThat(usersThere(store, 3)).isEqualTo(2);
    }
  }

  @Test
  void changedByteThatWasNeverSynced_isCutThere() throws IOException {
    // A machine that lost power keeps some pages of what it had not synced, and not others.
    Path directory = killedAfter(5, Durability.INTERVAL);
    byte[] whole = Files.readAllBytes(log(directory));
    int fourth = markerBefore(whole, lastMarker(whole));
    whole[fourth + 40] ^= 1;
    Files.write(log(directory), whole);
    try (EmbeddedStore store = open(directory)) {
      assertThat(usersThere(store, 5)).isEqualTo(3);
    }
  }

  @Test
  void changedByteInALogThatWasClosed_isRefused() throws IOException {
    Path directory = Files.createTempDirectory(scratch, "closed");
    try (EmbeddedStore store = open(directory)) {
      store.begin(VIEW);
      store.serve(VIEW.id());
      put(store, 0, 0);
    }
    byte[] whole = Files.readAllBytes(log(directory));
    byte[] changed = whole.clone();
    changed[lastMarker(whole) - 1] ^= 1; // The last byte that was acknowledged.
    Files.write(log(directory), changed);
    assertRefused(() -> open(directory), OnlineError.ONLINE_STORE_DAMAGED, "is damaged at byte");
  }

  @Test
  void laterVersion_isRefusedAndLeftAlone() throws IOException {
    Path directory = killedAfter(1, Durability.ALWAYS);
    byte[] whole = Files.readAllBytes(log(directory));
    whole[11] = 2;
    CRC32C checksum = new CRC32C();
    checksum.update(whole, 0, 24);
    ByteBuffer.wrap(whole).putInt(24, (int) checksum.getValue());
    Files.write(log(directory), whole);
    assertRefused(() -> open(directory), OnlineError.ONLINE_STORE_TOO_NEW, "version 2");
    assertThat(Files.readAllBytes(log(directory))).isEqualTo(whole);
  }

  @Test
  void fileThatIsGone_isRefused() throws IOException {
    Path directory = Files.createTempDirectory(scratch, "gone");
    for (int i = 0; i < 3; i++) {
      try (EmbeddedStore store = open(directory)) {
        store.begin(VIEW);
        store.serve(VIEW.id());
        put(store, i, i);
      }
    }
    Path second = directory.resolve("log-0000000002.bin");
    assertThat(second).exists();
    Files.delete(second);
    assertRefused(() -> open(directory), OnlineError.ONLINE_STORE_DAMAGED, "log-0000000002.bin");
  }

  @Test
  void snapshot_takesInTheLogs_andIsRefusedWhenDamaged() throws Exception {
    Path directory = Files.createTempDirectory(scratch, "snapshot");
    Journal.Limits often = new Journal.Limits(SECOND, 4_096);
    int writes = 500;
    try (EmbeddedStore store = EmbeddedStore.open(directory, Durability.INTERVAL, often)) {
      store.begin(VIEW);
      store.serve(VIEW.id());
      store.complete(VIEW.id(), NOW, "s1");
      for (long i = 0; i < writes; i++) {
        put(store, i, i);
      }
      for (long i = 0; i < 100_000 && snapshot(directory).isEmpty(); i++) {
        put(store, i % writes, i % writes);
      }
    }
    try (EmbeddedStore store = open(directory)) {
      assertThat(log(directory)).doesNotExist();
      assertThat(usersThere(store, writes)).isEqualTo(writes);
      assertThat(store.builds().getFirst().completeTo()).contains(NOW);
    }
    // Only now: a snapshot that the next one replaced may outlive the store that made both.
    Path snapshot = snapshot(directory).orElseThrow();
    byte[] whole = Files.readAllBytes(snapshot);
    for (int at : new int[] {0, 30, whole.length / 2, whole.length - 1}) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(snapshot, changed);
      assertRefused(() -> open(directory), OnlineError.ONLINE_STORE_DAMAGED, "snapshot-");
    }
    Files.write(snapshot, Arrays.copyOf(whole, whole.length - 3));
    assertRefused(() -> open(directory), OnlineError.ONLINE_STORE_DAMAGED, "snapshot-");
  }

  private static Optional<Path> snapshot(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("snapshot-\\d+.bin"))
          .findFirst();
    }
  }

  @Test
  void diskFull_refusesWrites_andReadsGoOn_andNothingAcknowledgedIsLost() throws IOException {
    Path directory = Files.createTempDirectory(scratch, "full");
    Journal.Limits often = new Journal.Limits(SECOND, 2_048);
    long taken = 0;
    try (EmbeddedStore store = EmbeddedStore.open(directory, Durability.ALWAYS, often)) {
      store.begin(VIEW);
      store.serve(VIEW.id());
      // The file that the log goes on in when it has grown: every write to it says "no space left".
      Files.createSymbolicLink(directory.resolve("log-0000000002.bin"), Path.of("/dev/full"));
      HeadraceException refused = null;
      while (refused == null) {
        try {
          put(store, taken, taken);
          taken++;
        } catch (HeadraceException e) {
          refused = e;
        }
      }
      assertThat(refused.code()).isEqualTo(OnlineError.ONLINE_STORE_UNWRITABLE);
      assertThat(refused).hasMessageContaining("No space left");
      assertThat(taken).isGreaterThan(5);
      assertRefused(
          () ->
              store.begin(
                  new ViewLayout(
                      new BuildId("b", "1"), VIEW.keys(), VIEW.features(), Optional.empty())),
          OnlineError.ONLINE_STORE_UNWRITABLE,
          "No space left");
      assertThat(usersThere(store, (int) taken)).isEqualTo((int) taken);
    }
    Files.delete(directory.resolve("log-0000000002.bin"));
    try (EmbeddedStore store = open(directory)) {
      assertThat(usersThere(store, (int) taken)).isEqualTo((int) taken);
      put(store, 0, 0);
    }
  }

  @Test
  void directoryThatCannotBeMade_isRefused() throws IOException {
    Path file = Files.createFile(scratch.resolve("file"));
    assertRefused(() -> open(file.resolve("store")), OnlineError.ONLINE_STORE_UNWRITABLE, "file");
  }

  @Test
  void secondOpening_isRefused_untilTheFirstIsClosed() throws IOException {
    Path directory = Files.createTempDirectory(scratch, "twice");
    try (EmbeddedStore _ = open(directory)) {
      assertRefused(
          () -> open(directory),
          OnlineError.ONLINE_STORE_IN_USE,
          "process " + ProcessHandle.current().pid());
    }
    open(directory).close();
  }

  @Test
  void closedStore_takesNoWrites() throws IOException {
    Path directory = Files.createTempDirectory(scratch, "over");
    EmbeddedStore store = open(directory);
    store.begin(VIEW);
    store.close();
    assertRefused(() -> put(store, 1, 1), OnlineError.ONLINE_STORE_CLOSED, "closed");
  }

  private static int lastMarker(byte[] bytes) {
    return markerBefore(bytes, bytes.length);
  }

  private static int markerBefore(byte[] bytes, int end) {
    for (int at = end - 4; at >= 0; at--) {
      if (bytes[at] == 'H'
          && bytes[at + 1] == 'R'
          && bytes[at + 2] == 'F'
          && bytes[at + 3] == '1') {
        return at;
      }
    }
    throw new AssertionError("no frame");
  }

  private static void assertRefused(ThrowingCallable work, OnlineError code, String text) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(HeadraceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(text);
  }
}

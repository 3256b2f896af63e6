package dev.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineStore;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.testkit.online.OnlineStoreContract;
import dev.headrace.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract of all online stores, kept by a real Redis server; and its absence. */
class RedisStoreTest extends OnlineStoreContract {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static RedisServer server;

  private final String prefix = "test" + TESTS.incrementAndGet();

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  protected OnlineStore open() {
    return RedisStore.open(address(server.port(), Optional.empty()), prefix);
  }

  private static RedisAddress address(int port, Optional<String> password) {
    return new RedisAddress(
        "127.0.0.1", port, 0, false, Optional.empty(), password, Duration.ofSeconds(5));
  }

  @Test
  void serverKilledAndBack_isUsedAgain_andHasWhatItAcknowledged() {
    serving(VIEW);
    store().put(VIEW.id(), List.of(row(1, NOW, 1L, 1.0, "one")));
    server.kill();
    try {
      assertRefused(
          () -> store().read("user", List.of(user(1)), NOW), OnlineError.ONLINE_UNREACHABLE);
      assertRefused(() -> store().begin(VIEW), OnlineError.ONLINE_UNREACHABLE);
    } finally {
      server.resume();
    }
    assertThat(store().read("user", List.of(user(1)), NOW).value(0, 2)).isEqualTo("one");
  }

  @Test
  void serverThatFallsSilent_isWaitedForNoLongerThanAgreed_andUsedAgain() throws Exception {
    serving(VIEW);
    store().put(VIEW.id(), List.of(row(1, NOW, 1L, 1.0, "one")));
    RedisAddress impatient =
        new RedisAddress(
            "127.0.0.1",
            server.port(),
            0,
            false,
            Optional.empty(),
            Optional.empty(),
            Duration.ofMillis(300));
    try (OnlineStore other = RedisStore.open(impatient, prefix)) {
      assertThat(other.read("user", List.of(user(1)), NOW).status(0))
          .isEqualTo(ValueStatus.PRESENT);
      server.fallSilent(Duration.ofSeconds(3));
      long asked = System.nanoTime();
      assertRefused(
          () -> other.read("user", List.of(user(1)), NOW), OnlineError.ONLINE_UNREACHABLE);
      assertThat(Duration.ofNanos(System.nanoTime() - asked))
          .as("given up while the server was silent")
          .isLessThan(Duration.ofSeconds(3));
      // Until it speaks again: this store waits for five seconds.
      assertThat(store().read("user", List.of(user(1)), NOW).value(0, 2)).isEqualTo("one");
      assertThat(other.read("user", List.of(user(1)), NOW).value(0, 2)).isEqualTo("one");
    }
  }

  @Test
  void serverRestartedBetweenTwoReads_isNotNoticed() {
    serving(VIEW);
    store().put(VIEW.id(), List.of(row(1, NOW, 1L, 1.0, "one")));
    store().read("user", List.of(user(1)), NOW);
    server.kill();
    server.resume();
    assertThat(store().read("user", List.of(user(1)), NOW).status(0))
        .isEqualTo(ValueStatus.PRESENT);
  }

  @Test
  void twoMachines_seeWhatTheOtherDoes() {
    serving(VIEW);
    try (OnlineStore other = open()) {
      other.put(VIEW.id(), List.of(row(1, NOW, 1L, 1.0, "one")));
      assertThat(store().read("user", List.of(user(1)), NOW).value(0, 2)).isEqualTo("one");
      other.drop(VIEW.id());
      assertRefused(
          () -> store().read("user", List.of(user(1)), NOW), OnlineError.ONLINE_VIEW_MISSING);
      assertRefused(
          () -> store().put(VIEW.id(), List.of(row(1, NOW, 1L, 1.0, "x"))),
          OnlineError.ONLINE_BUILD_MISSING);
    }
  }

  @Test
  void wrongPassword_isDenied_andNeverTold() {
    try (RedisServer guarded = RedisServer.start("--requirepass", "s3cret-of-the-server");
        OnlineStore none = RedisStore.open(address(guarded.port(), Optional.empty()), "p");
        OnlineStore wrong =
            RedisStore.open(address(guarded.port(), Optional.of("a-wrong-one")), "p");
        OnlineStore right =
            RedisStore.open(address(guarded.port(), Optional.of("s3cret-of-the-server")), "p")) {
      assertRefused(() -> none.begin(VIEW), OnlineError.ONLINE_DENIED);
      assertThatThrownBy(() -> wrong.begin(VIEW))
          .isInstanceOfSatisfying(
              HeadraceException.class,
              e -> assertThat(e.code()).isEqualTo(OnlineError.ONLINE_DENIED))
          .hasMessageNotContaining("a-wrong-one");
      right.begin(VIEW);
    }
  }

  @Test
  void serverOutOfMemory_refusesWrites_andReadsGoOn() {
    try (RedisServer small = RedisServer.start("--maxmemory", "3mb");
        OnlineStore store = RedisStore.open(address(small.port(), Optional.empty()), "p")) {
      store.begin(VIEW);
      store.serve(VIEW.id());
      HeadraceException refused = null;
      for (int i = 0; refused == null && i < 10_000; i++) {
        try {
          store.put(VIEW.id(), List.of(row(i, NOW, 1L, 1.0, "x".repeat(5_000))));
        } catch (HeadraceException e) {
          refused = e;
        }
      }
      assertThat(refused).isNotNull().hasMessageContaining("maxmemory");
      assertThat(refused.code()).isEqualTo(OnlineError.ONLINE_SERVER_FAILED);
      assertThat(store.read("user", List.of(user(0)), NOW).status(0))
          .isEqualTo(ValueStatus.PRESENT);
    }
  }

  @Test
  void nobodyThere_isToldWithTheAddress() {
    try (OnlineStore store = RedisStore.open(address(1, Optional.of("p4ssw0rd")), "p")) {
      assertThatThrownBy(() -> store.served("user"))
          .hasMessageStartingWith("Cannot reach Redis at 'redis://127.0.0.1:1/0': ")
          .hasMessageNotContaining("p4ssw0rd");
    }
  }
}

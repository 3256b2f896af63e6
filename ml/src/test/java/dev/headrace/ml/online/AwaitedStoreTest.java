package dev.headrace.ml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.OnlineStore;
import dev.headrace.testkit.online.OnlineStoreBench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told before there is a store, and when it is opened. */
class AwaitedStoreTest extends OnlineStoreBench {
  @TempDir Path directory;
  private int opened;
  private boolean fails;

  @Override
  protected OnlineStore open() {
    return new AwaitedStore(
        "awaited",
        () -> {
          if (fails) {
            throw new IllegalStateException("somebody else has it");
          }
          opened++;
          return EmbeddedStore.open(directory, Durability.INTERVAL, Duration.ofSeconds(1));
        });
  }

  private OnlineRows read() {
    return store().read("user", List.of(user(1)), NOW);
  }

  @Test
  void beforeTheFirstBuild_nothingIsOpened() {
    assertThat(store().builds()).isEmpty();
    assertThat(store().served("user")).isEmpty();
    assertRefused(() -> read(), OnlineError.ONLINE_VIEW_MISSING);
    assertRefused(() -> store().serve(VIEW.id()), OnlineError.ONLINE_BUILD_MISSING);
    store().drop(VIEW.id());
    assertThat(opened).isZero();
    store().begin(VIEW);
    store().begin(VIEW);
    assertThat(opened).isEqualTo(1);
  }

  @Test
  void openingThatFails_isTriedAgain() {
    fails = true;
    assertThatThrownBy(() -> store().begin(VIEW)).hasMessageContaining("somebody else has it");
    assertThat(store().builds()).isEmpty();
    fails = false;
    serving(VIEW);
    store().put(VIEW.id(), List.of(row(1, NOW.minusSeconds(90), 1L, 1.0, "one")));
    assertThat(read().value(0, 2)).isEqualTo("one");
  }

  /** A build that begins while it is asked what is shown was shown before; it stays. */
  @Test
  void dropHidden_asksWhatIsShown_afterItHasListedTheBuilds() {
    OnlineLoader loader =
        new OnlineLoader(
            store(),
            () -> {
              throw new AssertionError("no table is read");
            });
    Predicate<String> nothing = _ -> false;
    assertThat(
            loader.dropHidden(
                Set.of("user"),
                () -> {
                  serving(VIEW);
                  return nothing;
                }))
        .containsExactly("user");
    assertThat(store().served("user")).contains(VIEW);

    assertThat(loader.dropHidden(Set.of("user"), () -> List.of("user")::contains)).isEmpty();
    assertThat(store().served("user")).contains(VIEW);
    assertThat(loader.dropHidden(Set.of("other"), () -> nothing)).containsExactly("other");
    assertThat(store().served("user")).contains(VIEW);
    assertThat(loader.dropHidden(Set.of("user"), () -> nothing)).containsExactly("user");
    assertThat(store().served("user")).isEmpty();
  }
}

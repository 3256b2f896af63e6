package dev.headrace.ml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.OnlineStore;
import dev.headrace.spi.online.PutReport;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.testkit.online.OnlineStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of all online stores, and what is told while the store behind is silent. */
class RememberingStoreTest extends OnlineStoreContract {
  private static final Duration NO_PAUSE = Duration.ofNanos(1);

  @TempDir Path directory;
  private Line line;

  @Override
  protected OnlineStore open() {
    line = new Line(EmbeddedStore.open(directory, Durability.INTERVAL, Duration.ofSeconds(1)));
    return new RememberingStore(line, 1_000, NO_PAUSE);
  }

  private OnlineRows read(Instant at, EntityKey... keys) {
    return store().read("user", List.of(keys), at);
  }

  private void fill(int users) {
    serving(VIEW);
    store().complete(VIEW.id(), NOW.minusSeconds(60), "s1");
    for (int i = 1; i <= users; i++) {
      store().put(VIEW.id(), List.of(row(i, NOW.minusSeconds(90), (long) i, 1.0, "p" + i)));
    }
  }

  @Test
  void silentStore_isAnsweredForWithWhatItSaid_andSinceWhen() {
    fill(2);
    read(NOW, user(1));
    read(NOW.plusSeconds(5), user(2), user(404));
    line.cut = true;

    OnlineRows rows = read(NOW.plusSeconds(60), user(2), user(1), user(404), user(3));

    assertThat(rows.value(0, 2)).isEqualTo("p2");
    assertThat(rows.value(1, 2)).isEqualTo("p1");
    assertThat(rows.status(2)).as("it said that there is none").isEqualTo(ValueStatus.MISSING);
    assertThat(rows.status(3)).as("never asked").isEqualTo(ValueStatus.UNAVAILABLE);
    assertThat(rows.eventTime(3)).isEmpty();
    assertThat(rows.value(3, 0)).isNull();
    assertThat(rows.rememberedAt()).contains(NOW);
    assertThat(rows.staleness()).contains(Duration.ofSeconds(120));
  }

  @Test
  void rememberedRows_expireAsTimeGoesOn() {
    fill(1);
    read(NOW, user(1));
    line.cut = true;
    assertThat(read(NOW.plus(Duration.ofDays(91)), user(1)).status(0))
        .isEqualTo(ValueStatus.EXPIRED);
  }

  @Test
  void nothingRemembered_failsAsTheStoreDoes() {
    fill(1);
    line.cut = true;
    assertRefused(() -> read(NOW, user(1)), OnlineError.ONLINE_UNREACHABLE);
    assertRefused(() -> store().served("user"), OnlineError.ONLINE_UNREACHABLE);
    line.cut = false;
    read(NOW, user(1));
    line.cut = true;
    assertRefused(() -> read(NOW, user(2)), OnlineError.ONLINE_UNREACHABLE);
    assertThat(store().served("user")).contains(VIEW);
  }

  @Test
  void storeThatAnswersAgain_isAskedAgain() {
    fill(1);
    read(NOW, user(1));
    line.cut = true;
    assertThat(read(NOW, user(1)).rememberedAt()).isPresent();
    line.cut = false;
    store().put(VIEW.id(), List.of(row(1, NOW, 1L, 1.0, "new")));
    OnlineRows rows = read(NOW, user(1));
    assertThat(rows.value(0, 2)).isEqualTo("new");
    assertThat(rows.rememberedAt()).isEmpty();
  }

  @Test
  void silentStore_isLeftAloneForThePause() {
    fill(1);
    RememberingStore patient = new RememberingStore(line, 1_000, Duration.ofHours(1));
    patient.read("user", List.of(user(1)), NOW);
    line.cut = true;
    line.asked = 0;
    for (int i = 0; i < 50; i++) {
      assertThat(patient.read("user", List.of(user(1)), NOW).rememberedAt()).contains(NOW);
    }
    assertThat(line.asked).isEqualTo(1);
  }

  @Test
  void writesToASilentStore_fail() {
    fill(1);
    line.cut = true;
    assertRefused(
        () -> store().put(VIEW.id(), List.of(row(1, NOW, 1L, 1.0, "x"))),
        OnlineError.ONLINE_UNREACHABLE);
  }

  @Test
  void droppedBuild_isNotRemembered() {
    fill(1);
    read(NOW, user(1));
    store().drop(VIEW.id());
    line.cut = true;
    assertRefused(() -> read(NOW, user(1)), OnlineError.ONLINE_UNREACHABLE);
  }

  @Test
  void otherRefusals_areNotHidden() {
    fill(1);
    read(NOW, user(1));
    store().drop(VIEW.id());
    assertThatThrownBy(() -> read(NOW, user(1)))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(OnlineError.ONLINE_VIEW_MISSING));
  }

  @Test
  void memory_isBounded_andKeepsWhatIsRead() {
    fill(1);
    OnlineStore small = new RememberingStore(line, 100, NO_PAUSE);
    small.read("user", List.of(user(1)), NOW);
    for (int i = 2; i < 1_000; i++) {
      small.read("user", List.of(user(i), user(1)), NOW);
    }
    line.cut = true;
    int remembered = 0;
    for (int i = 2; i < 1_000; i++) {
      if (small.read("user", List.of(user(1), user(i)), NOW).status(1) == ValueStatus.MISSING) {
        remembered++;
      }
    }
    assertThat(remembered).isBetween(40, 100);
  }

  /** A line to a store that can be cut. */
  private static final class Line implements OnlineStore {
    private final OnlineStore store;
    private boolean cut;
    private int asked;

    Line(OnlineStore store) {
      this.store = store;
    }

    private OnlineStore reach() {
      asked++;
      if (cut) {
        throw new HeadraceException(
            OnlineError.ONLINE_UNREACHABLE, "Cannot reach it: cut.", "Mend the line.");
      }
      return store;
    }

    @Override
    public String name() {
      return store.name();
    }

    @Override
    public void begin(ViewLayout layout) {
      reach().begin(layout);
    }

    @Override
    public PutReport put(BuildId build, List<OnlineRow> rows) {
      return reach().put(build, rows);
    }

    @Override
    public void complete(BuildId build, Instant upTo, String source) {
      reach().complete(build, upTo, source);
    }

    @Override
    public void serve(BuildId build) {
      reach().serve(build);
    }

    @Override
    public void drop(BuildId build) {
      reach().drop(build);
    }

    @Override
    public OnlineRows read(String view, List<EntityKey> keys, Instant at) {
      return reach().read(view, keys, at);
    }

    @Override
    public Optional<ViewLayout> served(String view) {
      return reach().served(view);
    }

    @Override
    public List<BuildState> builds() {
      return reach().builds();
    }

    @Override
    public void close() {
      store.close();
    }
  }
}

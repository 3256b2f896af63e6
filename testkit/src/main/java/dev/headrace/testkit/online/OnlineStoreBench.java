package dev.headrace.testkit.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.OnlineStore;
import dev.headrace.spi.online.PutReport;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store, opened anew for each test, and what tests of it say often. */
public abstract class OnlineStoreBench {
  /** The moment of reading, unless a test says otherwise. */
  protected static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  static final Schema USER = schema("user_id", Primitive.LONG);
  static final Schema FEATURES =
      new Schema(
          List.of(
              Field.unassigned("clicks_1h", Primitive.LONG),
              Field.unassigned("spend_30d", Primitive.DOUBLE),
              Field.unassigned("last_page", Primitive.STRING)));

  /** The view that most tests use. */
  protected static final ViewLayout VIEW =
      new ViewLayout(new BuildId("user", "v1"), USER, FEATURES, Optional.of(Duration.ofDays(90)));

  private @Nullable OnlineStore opened;

  /** Opens the store of this test; what was in it when it was closed is in it again. */
  protected abstract OnlineStore open();

  /** A schema of one column. */
  protected static Schema schema(String name, Type type) {
    return new Schema(List.of(Field.unassigned(name, type)));
  }

  @BeforeEach
  void openStore() {
    opened = open();
  }

  @AfterEach
  void closeStore() {
    store().close();
  }

  /** The store under test. */
  protected final OnlineStore store() {
    OnlineStore store = opened;
    if (store == null) {
      throw new IllegalStateException("not open");
    }
    return store;
  }

  /** Closes the store and opens it again. */
  protected final void reopen() {
    store().close();
    opened = open();
  }

  /** Begins a build and lets it serve. */
  protected final void serving(ViewLayout layout) {
    store().begin(layout);
    store().serve(layout.id());
  }

  /** The key of a user. */
  protected static EntityKey user(long id) {
    return VIEW.keyCodec().encode(List.of(id));
  }

  /** A row of {@link #VIEW}. */
  protected static OnlineRow row(long user, Instant eventTime, @Nullable Object... values) {
    return VIEW.row(user(user), eventTime, eventTime, Arrays.asList(values));
  }

  final OnlineRows read(EntityKey... keys) {
    return store().read("user", List.of(keys), NOW);
  }

  final PutReport put(OnlineRow... rows) {
    return store().put(VIEW.id(), List.of(rows));
  }

  static Instant before(Duration age) {
    return NOW.minus(age);
  }

  static final Instant HOUR_AGO = NOW.minus(Duration.ofHours(1));

  /** The values of one key, in the order of the features. */
  protected static List<@Nullable Object> values(OnlineRows rows, int key) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < rows.layout().features().fields().size(); i++) {
      values.add(rows.value(key, i));
    }
    return values;
  }

  static List<ValueStatus> statuses(OnlineRows rows, int key) {
    List<ValueStatus> statuses = new ArrayList<>();
    for (int i = 0; i < rows.layout().features().fields().size(); i++) {
      statuses.add(rows.status(key, i));
    }
    return statuses;
  }

  /** That the work is refused with this code and says what to do. */
  protected static void assertRefused(Runnable work, OnlineError code) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.hint()).isNotEmpty();
              assertThat(e.getMessage()).startsWith("Cannot ");
            });
  }
}

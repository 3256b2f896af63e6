package dev.headrace.testkit.online;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.PutReport;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Type.Primitive;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every online store has to do: with rows, and with builds. A subclass opens one; each test
 * gets one that is empty.
 */
public abstract class OnlineStoreContract extends OnlineRowsContract {
  @Test
  void serve_nextBuild_replacesTheOneBeforeAtOnce() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 1L, 1.0, "one"));
    ViewLayout next =
        new ViewLayout(
            new BuildId("user", "v2"), USER, schema("visits", Primitive.LONG), Optional.empty());
    store().begin(next);
    // Older, but of another definition: times are compared within a build only.
    store()
        .put(next.id(), List.of(next.row(user(1), before(Duration.ofDays(400)), NOW, List.of(5L))));
    assertThat(read(user(1)).value(0, 2)).as("not served yet").isEqualTo("one");

    store().serve(next.id());

    assertThat(read(user(1)).value(0, 0)).isEqualTo(5L);
    assertThat(store().served("user")).contains(next);
    store().serve(VIEW.id());
    assertThat(read(user(1)).value(0, 2)).as("and back").isEqualTo("one");
  }

  @Test
  void drop_build_forgetsItsRowsAndServesNobody() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 1L, 1.0, "one"));
    store().drop(VIEW.id());

    assertRefused(() -> read(user(1)), OnlineError.ONLINE_VIEW_MISSING);
    assertThat(store().served("user")).isEmpty();
    assertThat(store().builds()).isEmpty();
    store().drop(VIEW.id()); // Again: nothing happens.

    serving(VIEW);
    assertThat(read(user(1)).status(0)).as("begun anew, empty").isEqualTo(ValueStatus.MISSING);
  }

  @Test
  void drop_buildThatDoesNotServe_leavesTheOther() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 1L, 1.0, "one"));
    ViewLayout next = new ViewLayout(new BuildId("user", "v2"), USER, FEATURES, Optional.empty());
    store().begin(next);
    store().drop(next.id());
    assertThat(read(user(1)).value(0, 2)).isEqualTo("one");
  }

  @Test
  void begin_again_keepsWhatIsThere() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 1L, 1.0, "one"));
    store().begin(new ViewLayout(VIEW.id(), USER, FEATURES, VIEW.ttl()));
    assertThat(read(user(1)).value(0, 2)).isEqualTo("one");
  }

  @Test
  void begin_otherLayoutUnderTheSameBuild_isRefused() {
    store().begin(VIEW);
    assertRefused(
        () -> store().begin(new ViewLayout(VIEW.id(), USER, FEATURES, Optional.empty())),
        OnlineError.ONLINE_LAYOUT_DIFFERS);
    assertRefused(
        () ->
            store().begin(new ViewLayout(VIEW.id(), USER, schema("x", Primitive.LONG), VIEW.ttl())),
        OnlineError.ONLINE_LAYOUT_DIFFERS);
  }

  @Test
  void unknownBuildOrView_isRefused() {
    assertRefused(() -> read(user(1)), OnlineError.ONLINE_VIEW_MISSING);
    assertRefused(() -> put(row(1, NOW, 1L, 1.0, "x")), OnlineError.ONLINE_BUILD_MISSING);
    assertRefused(() -> store().serve(VIEW.id()), OnlineError.ONLINE_BUILD_MISSING);
    assertRefused(() -> store().complete(VIEW.id(), NOW, "s1"), OnlineError.ONLINE_BUILD_MISSING);
    store().begin(VIEW);
    assertRefused(() -> read(user(1)), OnlineError.ONLINE_VIEW_MISSING);
  }

  @Test
  void complete_tellsHowStaleAnswersAre_andNeverGoesBack() {
    serving(VIEW);
    assertThat(read().staleness()).isEmpty();
    store().complete(VIEW.id(), before(Duration.ofMinutes(5)), "s1");
    assertThat(read().staleness()).contains(Duration.ofMinutes(5));
    store().complete(VIEW.id(), before(Duration.ofMinutes(9)), "s2");
    assertThat(store().builds().getFirst().source()).as("of the last").isEqualTo("s2");
    assertThat(read().completeTo()).contains(before(Duration.ofMinutes(5)));
    assertThat(read().source()).isEqualTo("s2");
    store().complete(VIEW.id(), NOW.plusSeconds(1), "s1");
    assertThat(read().staleness()).contains(Duration.ZERO);
  }

  @Test
  void builds_countKeysAndBytes() {
    serving(VIEW);
    store().begin(new ViewLayout(new BuildId("ad", "a1"), USER, FEATURES, Optional.empty()));
    put(row(1, HOUR_AGO, 1L, 1.0, "one"), row(2, HOUR_AGO, 1L, 1.0, "two"));
    put(row(2, NOW, 1L, 1.0, "later"));
    store().complete(VIEW.id(), HOUR_AGO, "s1");

    List<BuildState> builds = store().builds();

    assertThat(builds)
        .extracting(build -> build.layout().id().view())
        .containsExactly("ad", "user");
    BuildState user = builds.getLast();
    assertThat(user.serving()).isTrue();
    assertThat(builds.getFirst().serving()).isFalse();
    assertThat(user.keys()).isEqualTo(2);
    assertThat(user.completeTo()).contains(HOUR_AGO);
    int fixed = VIEW.rowCodec().fixedBytes();
    assertThat(user.bytes()).isEqualTo(2 * 8 + 2L * fixed + (4 + 3) + (4 + 5));
    assertThat(builds.getFirst().keys()).isZero();
  }

  @Test
  void reopen_keepsEverythingThatWasAcknowledged() {
    serving(VIEW);
    put(row(1, HOUR_AGO, 7L, 12.5, "/home"));
    store().complete(VIEW.id(), HOUR_AGO, "s1");
    ViewLayout next = new ViewLayout(new BuildId("user", "v2"), USER, FEATURES, Optional.empty());
    store().begin(next);
    ViewLayout gone = new ViewLayout(new BuildId("gone", "v1"), USER, FEATURES, Optional.empty());
    store().begin(gone);
    store().drop(gone.id());
    reopen();

    assertThat(values(read(user(1)), 0)).containsExactly(7L, 12.5, "/home");
    assertThat(read().completeTo()).contains(HOUR_AGO);
    assertThat(store().builds()).hasSize(2);
    assertThat(store().builds()).extracting(BuildState::source).containsExactly("s1", "");
    assertThat(put(row(1, HOUR_AGO.minusSeconds(1), 0L, 0.0, ""))).isEqualTo(new PutReport(0, 1));
    store().put(next.id(), List.of(next.row(user(9), NOW, NOW, List.of(1L, 1.0, "x"))));
    reopen();
    assertThat(store().builds()).extracting(BuildState::keys).containsExactly(1L, 1L);
  }
}

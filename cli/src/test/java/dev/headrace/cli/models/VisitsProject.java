package dev.headrace.cli.models;

import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Random;

/** Visits of a shop: a label, two entities with feature views, a column of the request. */
final class VisitsProject {
  private static final LocalDateTime BEGIN = LocalDateTime.of(2026, 3, 1, 0, 0);

  private VisitsProject() {}

  static Shell write(Path directory, int visits) throws IOException {
    Shell shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shop\n");
    shell.write(
        "sources/events.yaml",
        """
        files: events/*.csv
        columns: {user_id: long, page_id: string, kind: string, amount: double, event_at: timestamp}
        """);
    shell.write(
        "sources/visits.yaml",
        """
        files: visits/*.csv
        load: replace
        columns: {visit_id: long, user_id: long, page_id: string, hour: long, seen_at: timestamp, bought: string}
        """);
    activity(shell, "7d");
    shell.write(
        "features/pages.yaml",
        """
        entity: page
        from: events
        time: event_at
        features:
          views_1d: {count: "*", window: 1d}
        """);
    model(shell, "[activity.*, pages.views_1d, hour]", "seen_at");
    Random random = new Random(11);
    StringBuilder events = new StringBuilder("user_id,page_id,kind,amount,event_at\n");
    for (int i = 0; i < 3_000; i++) {
      boolean buys = random.nextInt(6) == 0;
      events.append(
          String.format(
              Locale.ROOT,
              "%d,p%d,%s,%s,%s%n",
              random.nextInt(40),
              random.nextInt(5),
              buys ? "buy" : "click",
              buys ? String.format(Locale.ROOT, "%.2f", random.nextDouble() * 50) : "",
              BEGIN.plusMinutes(random.nextInt(20 * 1_440))));
    }
    shell.write("events/first.csv", events.toString());
    StringBuilder rows = new StringBuilder("visit_id,user_id,page_id,hour,seen_at,bought\n");
    for (int i = 0; i < visits; i++) {
      LocalDateTime at = BEGIN.plusDays(1).plusMinutes(random.nextInt(18 * 1_440));
      rows.append(
          "%d,%d,p%d,%d,%s,%s%n"
              .formatted(
                  i,
                  random.nextInt(44),
                  random.nextInt(5),
                  at.getHour(),
                  at,
                  random.nextInt(24) < at.getHour() ? "yes" : "no"));
    }
    shell.write("visits/visits.csv", rows.toString());
    return shell;
  }

  static void activity(Shell shell, String window) throws IOException {
    shell.write(
        "features/activity.yaml",
        """
        entity: user
        from: events
        time: event_at
        features:
          clicks_7d: {count: "*", where: "kind = 'click'", window: %s}
          spend_ever: {sum: amount}
        """
            .formatted(window));
  }

  static void model(Shell shell, String features, String time) throws IOException {
    shell.write(
        "models/bought.yaml",
        """
        label: bought
        from: visits
        features: %s
        time: %s
        key: [visit_id]
        learn: {logistic: {l2: 1}}
        split: {test: 25%%}
        """
            .formatted(features, time));
  }

  /** Clicks of every user, late in the present. */
  static void laterEvents(Shell shell) throws IOException {
    StringBuilder events = new StringBuilder("user_id,page_id,kind,amount,event_at\n");
    for (int user = 0; user < 40; user++) {
      events.append("%d,p1,buy,99.5,2026-03-10T12:00:00%n".formatted(user));
    }
    shell.write("events/later.csv", events.toString());
  }
}

package dev.headrace.benchmarks;

import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.ml.online.Durability;
import dev.headrace.ml.online.EmbeddedStore;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.server.features.FeastRoutes;
import dev.headrace.server.features.FeatureRoutes;
import dev.headrace.server.http.Exchange;
import dev.headrace.server.http.HttpServer;
import dev.headrace.server.http.Reply;
import dev.headrace.server.http.Routes;
import dev.headrace.server.http.ServeSpec;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import io.helidon.webserver.http.HttpRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A process with an online store of its own, so that it can be killed and its memory measured.
 * Arguments: {@code fill|recover|read|serve|constant DIRECTORY KEYS}.
 */
public final class OnlineProcess {
  static final int FEATURES = 50;
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");
  private static final int BATCH = 2_000;
  private static final int READS = 2_000_000;

  /** As many as the features of one user take. */
  private static final int ANSWER_BYTES = 1_740;

  private static final long RATE_PER_KEY = 7;

  private static final ViewLayout VIEW = layout();

  private OnlineProcess() {}

  private static ViewLayout layout() {
    List<Field> features = new ArrayList<>();
    for (int i = 0; i < FEATURES; i++) {
      features.add(
          Field.unassigned("feature_" + i, i % 5 == 0 ? Primitive.LONG : Primitive.DOUBLE));
    }
    return new ViewLayout(
        new BuildId("user", "v1"),
        new Schema(List.of(Field.unassigned("user_id", Primitive.LONG))),
        new Schema(features),
        Optional.of(Duration.ofDays(36_500)));
  }

  private static OnlineRow row(long user, Instant time) {
    List<Object> values = new ArrayList<>(FEATURES);
    for (int i = 0; i < FEATURES; i++) {
      if (i % 5 == 0) {
        values.add(user * RATE_PER_KEY + i);
      } else {
        values.add((user * RATE_PER_KEY + i) / 8.0);
      }
    }
    return VIEW.row(VIEW.keyCodec().encode(List.of(user)), time, time, values);
  }

  private static EmbeddedStore open(Path directory) {
    return EmbeddedStore.open(directory, Durability.INTERVAL, Duration.ofSeconds(1));
  }

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]);
    int keys = Integer.parseInt(args[2]);
    switch (args[0]) {
      case "fill" -> fill(directory, keys);
      case "recover" -> recover(directory, keys);
      case "read" -> read(directory, keys);
      case "serve" -> serve(directory);
      case "constant" -> serve(List.of(new Constant()));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** Puts all keys, then updates them until it is killed; says which batch was acknowledged. */
  private static void fill(Path directory, int keys) {
    EmbeddedStore store = open(directory);
    store.begin(VIEW);
    store.serve(VIEW.id());
    for (long version = 0; ; version++) {
      for (long user = 0; user < keys; user += BATCH) {
        List<OnlineRow> batch = new ArrayList<>(BATCH);
        for (long each = user; each < Math.min(keys, user + BATCH); each++) {
          batch.add(row(each, TIME.plusSeconds(version)));
        }
        store.put(VIEW.id(), batch);
        say("acknowledged " + version + " " + Math.min(keys, user + BATCH));
      }
    }
  }

  private static void recover(Path directory, int keys) {
    long start = System.nanoTime();
    EmbeddedStore store = open(directory);
    double seconds = (System.nanoTime() - start) / 1e9;
    BuildState state = store.builds().getFirst();
    long used = usedBytes();
    // The last user of whom each version was acknowledged is asked for by the parent.
    OnlineRows rows = store.read("user", all(keys), TIME);
    StringBuilder versions = new StringBuilder();
    for (int user = BATCH - 1; user < keys; user += BATCH) {
      versions
          .append(' ')
          .append(
              rows.eventTime(user)
                  .map(time -> Duration.between(TIME, time).toSeconds())
                  .orElse(-1L));
    }
    say(
        String.format(
            Locale.ROOT, "recovered %.3f %d %d %d", seconds, state.keys(), state.bytes(), used));
    say("versions" + versions);
    store.close();
  }

  private static List<EntityKey> all(int keys) {
    List<EntityKey> all = new ArrayList<>(keys);
    for (long user = 0; user < keys; user++) {
      all.add(VIEW.keyCodec().encode(List.of(user)));
    }
    return all;
  }

  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** One key after another, each with all its values; the clock is read around each. */
  private static void read(Path directory, int keys) {
    try (EmbeddedStore store = open(directory)) {
      long[] nanos = new long[READS];
      double sum = 0;
      for (int round = 0; round < 3; round++) { // The first ones warm up.
        SplittableRandom random = new SplittableRandom(round);
        for (int i = 0; i < READS; i++) {
          long user = random.nextInt(keys);
          long start = System.nanoTime();
          sum += readOne(store, user);
          nanos[i] = System.nanoTime() - start;
        }
      }
      Arrays.sort(nanos);
      say(
          String.format(
              Locale.ROOT,
              "read %.3f %.3f %.3f %.1f",
              nanos[READS / 2] / 1e3,
              nanos[(int) (READS * 0.99)] / 1e3,
              nanos[(int) (READS * 0.999)] / 1e3,
              sum));
    }
  }

  private static double readOne(EmbeddedStore store, long user) {
    EntityKey key = VIEW.keyCodec().encode(List.of(user));
    OnlineRows rows = store.read("user", List.of(key), TIME);
    double sum = 0;
    for (int i = 0; i < FEATURES; i++) {
      if (rows.status(0, i) != ValueStatus.PRESENT) {
        throw new IllegalStateException("user " + user + " is gone");
      }
      sum += i % 5 == 0 ? rows.longAt(0, i) : rows.doubleAt(0, i);
    }
    return sum;
  }

  private static void serve(Path directory) throws IOException {
    EmbeddedStore store = open(directory);
    OnlineFeatures features = new OnlineFeatures(store, InstantSource.system());
    serve(List.of(new FeatureRoutes(features), new FeastRoutes(features)));
  }

  /** What HTTP costs without any features: reads the request, answers always the same. */
  private static final class Constant implements Routes {
    private final Reply reply =
        Reply.json(
            200, ("{\"x\":\"" + "x".repeat(ANSWER_BYTES) + "\"}").getBytes(StandardCharsets.UTF_8));

    @Override
    public String path() {
      return "/api/v1/features";
    }

    @Override
    public void register(HttpRules rules) {
      rules.post(
          "/{view}",
          Exchange.handler(
              exchange -> {
                exchange.body();
                return reply;
              }));
    }
  }

  private static void serve(List<Routes> routes) throws IOException {
    HttpServer server =
        HttpServer.start(
            new ServeSpec(
                0, "127.0.0.1", List.of(), ByteSize.parse("1MiB"), Duration.ofSeconds(60)),
            routes);
    say("serving " + server.uri().getPort());
    System.in.read(); // Until the parent closes it.
    server.close();
    System.exit(0);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}

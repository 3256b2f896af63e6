package dev.headrace.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.decisions.assignment.FlagSet;
import dev.headrace.decisions.assignment.hash.Buckets;
import dev.headrace.decisions.assignment.hash.Hashing;
import dev.headrace.server.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * How many units a core deals in a second, and how many requests a server with its clients beside
 * it answers. The peer's way to deal is computed by our own code: what races is the arithmetic.
 */
final class AssignBenchmark implements Benchmark {
  private static final int UNITS = 100_000;
  private static final int ROUNDS = 9;
  private static final int WARM_UP = 3;
  private static final int PASSES = 20;
  private static final double ASKED = 10e6;

  @Override
  public String name() {
    return "assign";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    String[] units =
        IntStream.range(0, UNITS).mapToObj(i -> "user-" + (i + 1_000_000)).toArray(String[]::new);
    Buckets draw = Buckets.of("variant", "button_colour");
    double buckets = perSecond(i -> draw.bucket(units[i]));
    double growthBook =
        perSecond(i -> (long) (Hashing.GROWTHBOOK_V2.fraction("button_colour", units[i]) * 1e4));
    Path project = workspace.fresh("assign");
    try {
      write(project);
      double requests = requests(project);
      double evaluations = evaluations(project, units);
      return List.of(
          new Result(
              "bucketing, per second and core",
              ">= 10 M",
              millions(buckets),
              "GrowthBook's double FNV-1a, in Java: " + millions(growthBook),
              String.format(Locale.ROOT, "%.1fx", buckets / growthBook),
              buckets >= ASKED,
              List.of(
                  "from a text of twelve characters to its bucket, by processor time; median of "
                      + ROUNDS
                      + " rounds of two million",
                  "a whole flag (condition, holdout, layer, ramp, variant), per second and core: "
                      + millions(evaluations))),
          new Result(
              "OFREP requests per second",
              Result.NONE,
              String.format(Locale.ROOT, "%,.0f", requests),
              Result.NONE,
              Result.NONE,
              true,
              List.of("eight clients in the same process share the cores with the server")));
    } finally {
      Workspace.delete(project);
    }
  }

  /** By the processor time of this whole process, collecting garbage included. */
  private static double perSecond(IntToLongFunction work) throws Exception {
    Samples samples = new Samples();
    long[] sink = {0};
    for (int round = 0; round < ROUNDS + WARM_UP; round++) {
      samples.time(
          () -> {
            for (int pass = 0; pass < PASSES; pass++) {
              for (int i = 0; i < UNITS; i++) {
                sink[0] += work.applyAsLong(i);
              }
            }
          });
    }
    if (sink[0] == 42) {
      throw new IllegalStateException("cannot be"); // It was computed.
    }
    Samples warm = samples.part(WARM_UP, ROUNDS + WARM_UP);
    return UNITS * (double) PASSES / Samples.quantile(warm.cpu(), 0.5);
  }

  private static void write(Path project) throws Exception {
    Files.createDirectories(project.resolve("flags"));
    Files.writeString(
        project.resolve("headrace.yaml"), "name: b\nflags: {holdout: 2%, layers: {l: {}}}\n");
    Files.writeString(
        project.resolve("flags/button.yaml"),
        """
        variants: {blue: 1, green: 2}
        default: blue
        rules:
          - experiment: button_colour
            split: {blue: 50%, green: 50%}
            assign:
              when: {country: {$in: [DE, AT]}}
              layer: l
              slots: 0%-90%
              ramp: {share: 90%}
        """);
  }

  private static Headrace open(Path project) {
    return Headrace.open(
        project,
        new Ambient(Map.of(), InstantSource.system(), ZoneOffset.UTC, project, project, project),
        false);
  }

  private static double evaluations(Path project, String... units) throws Exception {
    try (Headrace headrace = open(project)) {
      FlagSet flags = headrace.flags();
      Instant at = Instant.parse("2026-03-10T00:00:00Z");
      ObjectNode[] contexts = new ObjectNode[units.length];
      for (int i = 0; i < units.length; i++) {
        contexts[i] =
            JsonNodeFactory.instance
                .objectNode()
                .put("targetingKey", units[i])
                .put("country", "DE");
      }
      return perSecond(i -> flags.evaluate("button", contexts[i], Set.of(), at).key().length());
    }
  }

  private static double requests(Path project) throws Exception {
    int clients = 8;
    int each = 5_000;
    try (Headrace headrace = open(project);
        HttpServer server = headrace.serve(null, 0)) {
      URI uri = server.uri().resolve("/ofrep/v1/evaluate/flags/button");
      run(uri, clients, 1_000);
      long begin = System.nanoTime();
      run(uri, clients, each);
      return clients * each / ((System.nanoTime() - begin) / 1e9);
    }
  }

  private static void run(URI uri, int clients, int each) throws Exception {
    AtomicInteger failed = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int c = 0; c < clients; c++) {
      int client = c;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (HttpClient http = HttpClient.newHttpClient()) {
                      for (int i = 0; i < each; i++) {
                        String body =
                            "{\"context\": {\"targetingKey\": \"user-%d\", \"country\": \"DE\"}}"
                                .formatted(client * each + i);
                        HttpResponse<Void> response =
                            http.send(
                                HttpRequest.newBuilder(uri)
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                                HttpResponse.BodyHandlers.discarding());
                        if (response.statusCode() != 200) {
                          failed.incrementAndGet();
                        }
                      }
                    } catch (Exception e) {
                      failed.incrementAndGet();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " requests failed");
    }
  }

  private static String millions(double rate) {
    return String.format(Locale.ROOT, "%.1f M", rate / 1e6);
  }
}

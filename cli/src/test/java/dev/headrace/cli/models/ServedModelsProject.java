package dev.headrace.cli.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.Shell;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.server.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;

/** A project of parcels, served as {@code headrace serve} serves it. */
final class ServedModelsProject implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Headrace headrace;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  ServedModelsProject(Path directory) {
    Ambient ambient =
        new Ambient(
            Map.of(), InstantSource.system(), ZoneOffset.UTC, directory, directory, directory);
    this.headrace = Headrace.open(directory, ambient, false);
    this.server = headrace.serve(null, 0);
  }

  /** Parcels with a text and gaps, and flowers of numbers alone. */
  static Shell write(Path directory) throws IOException {
    Shell shell = new Shell(directory);
    shell.write("headrace.yaml", "name: parcels\n");
    shell.write(
        "sources/parcels.yaml",
        "files: parcels/*.csv\nload: replace\ncolumns: {weight: double, carrier: string}\n");
    shell.write("sources/flowers.yaml", "files: flowers.csv\nload: replace\n");
    shell.write(
        "models/lateness.yaml",
        """
        label: late
        from: parcels
        key: [id]
        learn: {logistic: {l2: 1}}
        split: {test: 25%}
        """);
    shell.write(
        "models/petals.yaml",
        """
        label: petal_width
        from: flowers
        key: [id]
        learn: {ridge: 1}
        split: {test: 25%}
        """);
    shell.write(
        "models/kind.yaml",
        """
        label: kind
        from: kinds
        key: [id]
        learn: {logistic: {l2: 1}}
        split: {test: 25%}
        """);
    shell.write(
        "tables/kinds.sql",
        "select id, a, b, case when a < 3 then 'low' when b < 4 then 'left' else 'right' end as kind"
            + " from flowers");
    shell.write("deployments/parcel_late.yaml", "model: lateness\n");
    parcels(shell, 1, 400);
    Random random = new Random(2);
    StringBuilder csv = new StringBuilder("id,a,b,c,d,petal_width\n");
    for (int i = 0; i < 120; i++) {
      double[] x = random.doubles(4, 1, 7).toArray();
      csv.append("%d,%s,%s,%s,%s,%s%n".formatted(i, x[0], x[1], x[2], x[3], x[0] - x[3] / 2));
    }
    shell.write("flowers.csv", csv.toString());
    return shell;
  }

  static void parcels(Shell shell, int seed, int rows) throws IOException {
    Random random = new Random(seed);
    StringBuilder csv = new StringBuilder("id,weight,carrier,late\n");
    for (int i = 0; i < rows; i++) {
      double weight = random.nextDouble() * 10;
      String carrier = random.nextBoolean() ? "fast" : "slow";
      double odds = weight / 2 - 3 + (carrier.equals("slow") ? 2 : 0);
      csv.append(i)
          .append(',')
          .append(i % 9 == 0 ? "" : Double.toString(weight))
          .append(',')
          .append(carrier)
          .append(',')
          .append(random.nextDouble() < 1 / (1 + Math.exp(-odds)) ? "yes" : "no")
          .append('\n');
    }
    shell.write("parcels/parcels.csv", csv.toString());
  }

  /** An answer. */
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    JsonNode json() {
      try {
        return JSON.readTree(response.body());
      } catch (IOException e) {
        throw new AssertionError(text(), e);
      }
    }
  }

  URI uri() {
    return server.uri();
  }

  Answer get(String path) {
    return send(HttpRequest.newBuilder(uri().resolve(path)).GET());
  }

  Answer post(String path, String body) {
    return send(
        HttpRequest.newBuilder(uri().resolve(path))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  Answer send(HttpRequest.Builder request) {
    try {
      return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
    headrace.close();
  }
}

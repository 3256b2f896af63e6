package dev.headrace.spark;

import dev.headrace.spark.wire.Frames;
import dev.headrace.spark.wire.Protocol;
import dev.headrace.spark.wire.Work;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/** Speaks with one driver. */
final class DriverClient implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build();
  private final String address;
  private final String secret;
  private final Path log;

  DriverClient(int port, String secret, Path log) {
    this.address = "http://127.0.0.1:" + port;
    this.secret = secret;
    this.log = log;
  }

  /** Where the driver writes its log. */
  Path log() {
    return log;
  }

  String address() {
    return address;
  }

  String secret() {
    return secret;
  }

  /** The frames of the answer, as they come. */
  InputStream work(Work work) throws IOException {
    HttpResponse<InputStream> response =
        send(
            Protocol.WORK,
            BodyPublishers.ofByteArray(Frames.JSON.writeValueAsBytes(work)),
            BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      response.body().close();
      throw new IOException("the driver answered " + response.statusCode());
    }
    return response.body();
  }

  /** Asks for a work to be ended, without waiting for it. */
  void cancelSoon(String id) {
    HttpRequest request = request(Protocol.CANCEL, BodyPublishers.ofString(id));
    // A driver that does not hear it is gone, and the work with it.
    var _ = http.sendAsync(request, BodyHandlers.discarding());
  }

  /** Asks the driver to end. */
  void stop() throws IOException {
    send(Protocol.STOP, BodyPublishers.noBody(), BodyHandlers.discarding());
  }

  private <T> HttpResponse<T> send(
      String path, BodyPublisher body, HttpResponse.BodyHandler<T> handler) throws IOException {
    try {
      return http.send(request(path, body), handler);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private HttpRequest request(String path, BodyPublisher body) {
    return HttpRequest.newBuilder(URI.create(address + path))
        .header("Authorization", "Bearer " + secret)
        .timeout(Duration.ofHours(24))
        .POST(body)
        .build();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}

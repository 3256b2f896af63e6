package dev.headrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.core.project.spec.Secret;
import dev.headrace.spi.error.HeadraceException;
import io.helidon.webserver.http.HttpRules;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpServerTest {
  private static final Secret KEY = new Secret("a-key-of-sufficient-length");
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int MAX_BYTES = 100_000;

  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  /** Says back what it is sent, and waits where it is told to. */
  private final class Echo implements Routes {
    @Override
    public String path() {
      return "/echo";
    }

    @Override
    public void register(HttpRules rules) {
      rules.post("/", Exchange.handler(exchange -> Reply.of(200, "text/plain", exchange.body())));
      rules.get(
          "/slow",
          Exchange.handler(
              _ -> {
                arrived.countDown();
                try {
                  goOn.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                return Reply.of(200, "text/plain", "done".getBytes(StandardCharsets.UTF_8));
              }));
      rules.get(
          "/broken",
          Exchange.handler(
              _ -> {
                throw new IllegalStateException("secret detail");
              }));
    }
  }

  private HttpServer start(Secret... keys) {
    return HttpServer.start(spec("127.0.0.1", 0, keys), List.of(new Echo()));
  }

  private static ServeSpec spec(String host, int port, Secret... keys) {
    return new ServeSpec(port, host, List.of(keys), new ByteSize(MAX_BYTES), PATIENCE);
  }

  private HttpResponse<String> get(HttpServer server, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.uri().resolve(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(HttpServer server, byte[] body) throws Exception {
    URI uri = server.uri().resolve("/echo");
    return client.send(
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void health_answersWithoutAKey_andNothingElseDoes() throws Exception {
    try (HttpServer server = start(KEY)) {
      assertThat(get(server, "/health").body()).isEqualTo("{\"status\":\"up\"}");
      HttpResponse<String> refused = get(server, "/echo/broken");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(refused.body()).contains("SERVER_UNAUTHORIZED").doesNotContain(KEY.reveal());
    }
  }

  @Test
  void key_hasToBeExactlyOneOfThose() throws Exception {
    Secret other = new Secret("another-key-of-some-length");
    try (HttpServer server = start(KEY, other)) {
      for (String wrong :
          List.of(
              "Bearer",
              "Bearer ",
              "Basic " + KEY.reveal(),
              "Bearer " + KEY.reveal() + "x",
              "Bearer " + KEY.reveal().substring(1),
              KEY.reveal())) {
        assertThat(get(server, "/nothing", "Authorization", wrong).statusCode())
            .as(wrong)
            .isEqualTo(401);
      }
      for (String right : List.of("Bearer " + KEY.reveal(), "bearer " + other.reveal())) {
        assertThat(get(server, "/nothing", "Authorization", right).statusCode())
            .as(right)
            .isEqualTo(404);
      }
    }
  }

  @Test
  void otherAddressThanLoopback_needsAKey() throws Exception {
    assertThatThrownBy(() -> HttpServer.start(spec("0.0.0.0", 0), List.of(new Echo())))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(ServerError.SERVER_KEY_REQUIRED));
    try (HttpServer server = HttpServer.start(spec("0.0.0.0", 0, KEY), List.of(new Echo()))) {
      assertThat(get(server, "/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void portInUse_isSaidInOneSentence() {
    try (HttpServer first = start()) {
      int port = first.uri().getPort();
      assertThatThrownBy(() -> HttpServer.start(spec("127.0.0.1", port), List.of(new Echo())))
          .hasMessage("Cannot serve on '127.0.0.1:%d': another program listens there.", port)
          .isInstanceOfSatisfying(
              HeadraceException.class,
              e -> assertThat(e.hint()).contains("headrace serve --port " + (port + 1)));
    }
  }

  @Test
  void addressThatIsNotOurs_isRefused() {
    assertThatThrownBy(() -> HttpServer.start(spec("203.0.113.7", 0, KEY), List.of(new Echo())))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(ServerError.SERVER_ADDRESS));
  }

  @Test
  void bodyOfAnySize_arrivesWhole_announcedOrNot() throws Exception {
    try (HttpServer server = start()) {
      URI uri = server.uri().resolve("/echo");
      for (int size : new int[] {1, 16_383, 16_384, 16_385, 40_000, MAX_BYTES}) {
        byte[] body = new byte[size];
        new SplittableRandom(size).nextBytes(body);
        for (HttpRequest.BodyPublisher publisher :
            List.of(
                HttpRequest.BodyPublishers.ofByteArray(body),
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))) {
          assertThat(
                  client
                      .send(
                          HttpRequest.newBuilder(uri).POST(publisher).build(),
                          HttpResponse.BodyHandlers.ofByteArray())
                      .body())
              .as("%d bytes", size)
              .isEqualTo(body);
        }
      }
    }
  }

  @Test
  void requestAboveTheLimit_isRefused_announcedOrNot() throws Exception {
    try (HttpServer server = start()) {
      assertThat(post(server, new byte[MAX_BYTES]).statusCode()).isEqualTo(200);
      assertThat(
              raw(server, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n"))
          .startsWith("HTTP/1.1 413")
          .contains("SERVER_TOO_LARGE");
      String chunk = "x".repeat(0x8000);
      StringBuilder chunked =
          new StringBuilder("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 5; i++) {
        chunked.append("8000\r\n").append(chunk).append("\r\n");
      }
      assertThat(raw(server, chunked.toString())).startsWith("HTTP/1.1 413");
      assertThat(get(server, "/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void halfARequest_isNotWaitedForLong() throws Exception {
    try (HttpServer server = start()) {
      for (String half :
          List.of(
              "GET /health HTTP/1.1\r\nHost: x\r\n\r\nPO",
              "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Le",
              "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")) {
        long began = System.nanoTime();
        raw(server, half);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
            .as(half)
            .isLessThan(Duration.ofSeconds(8));
      }
      assertThat(get(server, "/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void bodyThatDripsIn_isCutOff() throws Exception {
    try (HttpServer server = start();
        Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(bytes("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"));
      long began = System.nanoTime();
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 200; i++) { // Each byte in time, all of them never.
                  out.write('x');
                  out.flush();
                  Thread.sleep(100);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void defect_tellsNothingOfItself() throws Exception {
    try (HttpServer server = start()) {
      HttpResponse<String> answer = get(server, "/echo/broken");
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).contains("SERVER_INTERNAL").doesNotContain("secret detail");
    }
  }

  @Test
  void close_finishesWhatIsUnderWay() throws Exception {
    HttpServer server = start();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> answer = threads.submit(() -> get(server, "/echo/slow"));
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
      Future<?> closing = threads.submit(server::close);
      Thread.sleep(300);
      goOn.countDown();
      assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("done");
      closing.get(15, TimeUnit.SECONDS);
    }
    assertThatThrownBy(() -> get(server, "/health")).isInstanceOf(IOException.class);
  }

  /** Sends text as it is and reads until the server hangs up. */
  private static String raw(HttpServer server, String text) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
      socket.setSoTimeout(10_000);
      try {
        socket.getOutputStream().write(bytes(text));
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // It hung up while we were writing; what it said may still be read.
      }
      StringBuilder answer = new StringBuilder();
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[4096];
      try {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          answer.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        // Reset by the server.
      }
      return answer.toString();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

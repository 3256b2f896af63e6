package dev.headrace.spark.driver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headrace.spark.wire.Frames;
import dev.headrace.spark.wire.Frames.Sender;
import dev.headrace.spark.wire.Protocol;
import dev.headrace.spark.wire.Work;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.apache.spark.sql.classic.SparkSession;
import org.jspecify.annotations.Nullable;

/** Takes requests on loopback from whoever knows the secret. */
final class DriverServer {
  private final SparkSession spark;
  private final @Nullable LakeCatalog catalog;
  private final byte[] authorization;
  private final HttpServer http;

  /** Making a session costs more than a small query. */
  private final Queue<SparkSession> idleSessions = new ConcurrentLinkedQueue<>();

  private final Map<String, WorkRun> running = new ConcurrentHashMap<>();
  private final Set<String> cancelledEarly = ConcurrentHashMap.newKeySet();

  private DriverServer(
      SparkSession spark, @Nullable LakeCatalog catalog, String secret, HttpServer http) {
    this.catalog = catalog;
    this.spark = spark;
    this.authorization = ("Bearer " + secret).getBytes(StandardCharsets.UTF_8);
    this.http = http;
  }

  static DriverServer start(SparkSession spark, @Nullable LakeCatalog catalog, String secret)
      throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    DriverServer server = new DriverServer(spark, catalog, secret, http);
    http.createContext(Protocol.WORK, exchange -> server.answer(exchange, server::work));
    http.createContext(Protocol.CANCEL, exchange -> server.answer(exchange, server::cancel));
    http.createContext(Protocol.STOP, exchange -> server.answer(exchange, server::stop));
    http.setExecutor(
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "headrace-work");
              thread.setDaemon(true);
              return thread;
            }));
    http.start();
    return server;
  }

  int port() {
    return http.getAddress().getPort();
  }

  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private void answer(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      String given = exchange.getRequestHeaders().getFirst("Authorization");
      if (given == null
          || !MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), authorization)) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      answer.to(exchange);
    }
  }

  private void work(HttpExchange exchange) throws IOException {
    Work work = Frames.JSON.readValue(exchange.getRequestBody().readAllBytes(), Work.class);
    exchange.sendResponseHeaders(200, 0);
    SparkSession idle = idleSessions.poll();
    SparkSession session = idle == null ? spark.newSession() : idle;
    try (Sender sender = new Sender(exchange.getResponseBody())) {
      WorkRun run = new WorkRun(session, work, catalog, sender);
      running.put(work.id(), run);
      if (cancelledEarly.remove(work.id())) {
        run.cancel();
      }
      try {
        run.run();
      } finally {
        running.remove(work.id());
        idleSessions.add(session);
      }
    }
  }

  private void cancel(HttpExchange exchange) throws IOException {
    String id = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    cancelledEarly.add(id); // The work may be about to come.
    WorkRun run = running.get(id);
    if (run != null) {
      cancelledEarly.remove(id);
      run.cancel();
    }
    exchange.sendResponseHeaders(204, -1);
  }

  private void stop(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
    Thread end =
        new Thread(
            () -> {
              spark.stop();
              Runtime.getRuntime().exit(0);
            },
            "headrace-stop");
    end.start();
  }
}

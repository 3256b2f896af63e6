package dev.headrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headrace.spark.SparkJars.Fetched;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Libraries fetched from a repository that the user's settings name as a mirror of all. */
@Timeout(60)
class SparkJarsTest {
  private static final String ONE = "/com/example/one/1/one-1.jar";
  private static final String TWO = "/com/example/two/2/two-2.jar";

  @TempDir Path home;

  private final Map<String, byte[]> content = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Fetched> heard = new ConcurrentLinkedQueue<>();
  private volatile String cutOff = "";
  private HttpServer server;
  private JarList list;
  private Path settings;

  @BeforeEach
  void serve() throws Exception {
    byte[] one = new byte[300_000];
    new Random(1).nextBytes(one);
    byte[] two = new byte[200_000];
    new Random(2).nextBytes(two);
    put(ONE, one);
    put(TWO, two);
    list =
        JarList.parse(
            line("com.example:one:jar:1", one) + "\n" + line("com.example:two:jar:2", two) + "\n");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    settings =
        Files.writeString(
            home.resolve("settings.xml"),
            """
            <settings>
              <localRepository>%s</localRepository>
              <mirrors><mirror>
                <id>house</id><mirrorOf>*</mirrorOf><url>http://127.0.0.1:%d/</url>
              </mirror></mirrors>
            </settings>
            """
                .formatted(home.resolve("repository"), server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void missingJars_areFetchedFromTheMirror_andNotTwice() throws Exception {
    List<Path> files = jars().all();

    assertThat(files).hasSize(2).allMatch(Files::isRegularFile);
    assertThat(Files.readAllBytes(files.getFirst())).isEqualTo(content.get(ONE));
    assertThat(heard).last().isEqualTo(new Fetched(500_000, 500_000));
    asked.clear();
    assertThat(jars().all()).isEqualTo(files);
    assertThat(asked).isEmpty();
  }

  @Test
  void brokenDownload_isOneError_andGoesOnWithWhatIsMissing() {
    cutOff = TWO;

    HeadraceException e = catchThrowableOfType(HeadraceException.class, () -> jars().all());

    assertThat(e.code()).isEqualTo(SparkErrorCode.SPARK_MISSING);
    assertThat(e.code().kind()).isEqualTo(ErrorKind.EXTERNAL);
    assertThat(e).hasMessageContaining("1 of 2");
    cutOff = "";
    asked.clear();
    assertThat(jars().all()).hasSize(2).allMatch(Files::isRegularFile);
    assertThat(asked).contains(TWO).doesNotContain(ONE);
  }

  @Test
  void noNetwork_isOneErrorWithAHint() {
    server.stop(0);

    HeadraceException e = catchThrowableOfType(HeadraceException.class, () -> jars().all());

    assertThat(e.code()).isEqualTo(SparkErrorCode.SPARK_MISSING);
    assertThat(e).hasMessageContaining("2 of 2");
    assertThat(e.hint()).contains("settings.xml");
  }

  @Test
  void fileThatTheRepositoryGarbled_isNotTaken() {
    content.put(TWO, "something else".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    HeadraceException e = catchThrowableOfType(HeadraceException.class, () -> jars().all());

    assertThat(e.code()).isEqualTo(SparkErrorCode.SPARK_MISSING);
    assertThat(e.getMessage()).containsIgnoringCase("checksum");
  }

  @Test
  void fileThatTheRepositoryReplaced_isNotTaken() throws Exception {
    put(TWO, new byte[] {1, 2, 3}); // With a checksum that fits.

    HeadraceException e = catchThrowableOfType(HeadraceException.class, () -> jars().all());

    assertThat(e).hasMessageContaining("SHA-256").hasMessageContaining("com.example:two");
  }

  @Test
  void fileThatChangedAfterwards_isNoticed() throws Exception {
    Path second = jars().all().get(1);
    Files.writeString(second, "patched");

    HeadraceException e = catchThrowableOfType(HeadraceException.class, () -> jars().all());

    assertThat(e).hasMessageContaining("SHA-256");
    assertThat(e.hint()).contains(second.toString());
  }

  @Test
  void twoAtOnce_bothEndWithAllFiles() throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      Callable<List<Path>> fetch = () -> jars().all();
      for (Future<List<Path>> result : executor.invokeAll(List.of(fetch, fetch, fetch, fetch))) {
        for (Path file : result.get()) {
          assertThat(Files.size(file)).isIn(300_000L, 200_000L);
        }
      }
    }
  }

  private SparkJars jars() {
    return new SparkJars(home.resolve("cache"), Optional.of(settings), heard::add, list);
  }

  private void put(String path, byte[] bytes) throws Exception {
    content.put(path, bytes);
    String sha1 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    content.put(path + ".sha1", sha1.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private static String line(String coordinates, byte[] bytes) throws Exception {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    return new JarList.Jar(coordinates, bytes.length, sha256).line();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(path);
    byte[] bytes = content.get(path);
    try (exchange) {
      if (bytes == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes, 0, path.equals(cutOff) ? 1_000 : bytes.length);
      exchange.getResponseBody().flush();
    } catch (IOException e) {
      // Of an answer that is cut off the server complains too.
    }
  }
}

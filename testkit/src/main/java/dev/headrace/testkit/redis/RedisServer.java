package dev.headrace.testkit.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server of the machine's own Redis on a free port of the loopback address, with a directory of
 * its own, that keeps what it acknowledges. It ends with this process, however that ends: a shell
 * between the two stops it when its input ends.
 */
public final class RedisServer implements AutoCloseable {
  private final Path directory;
  private final int port;
  private final List<String> options;
  private @Nullable Process shell;

  private RedisServer(Path directory, int port, List<String> options) {
    this.directory = directory;
    this.port = port;
    this.options = options;
  }

  /**
   * Starts a server; it answers when this returns.
   *
   * @param options more of its options, such as {@code --requirepass}
   */
  public static RedisServer start(String... options) {
    try {
      Path directory = Files.createTempDirectory("headrace-redis");
      int port;
      try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = probe.getLocalPort();
      }
      RedisServer server = new RedisServer(directory, port, List.of(options));
      server.resume();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server that was stopped; it has what it had acknowledged. */
  public void resume() {
    List<String> command =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "\"$@\" & server=$!; cat > /dev/null; kill -KILL $server; wait $server",
                "sh",
                "redis-server",
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--daemonize",
                "no"));
    command.addAll(options);
    try {
      Path log = directory.resolve("log");
      shell =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      for (int attempt = 0; !answers(); attempt++) {
        if (attempt == 200) {
          throw new IllegalStateException(
              "No Redis server (apt-get install redis-server): " + Files.readString(log));
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      int first = socket.getInputStream().read();
      if (first == '+') {
        return true;
      }
      // '-': either "NOAUTH", which is an answer, or "LOADING", which is none yet.
      return first == '-' && socket.getInputStream().read() == 'N';
    } catch (IOException e) {
      return false;
    }
  }

  /** Kills the server ({@code SIGKILL}); {@link #resume} brings it back. */
  public void kill() {
    Process running = shell;
    if (running == null) {
      return;
    }
    shell = null;
    try {
      running.getOutputStream().close();
      if (!running.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server in " + directory + " does not stop");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the server take requests and answer none of them for a while. */
  public void fallSilent(Duration length) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String command = "CLIENT PAUSE " + length.toMillis() + " ALL\r\n";
      socket.getOutputStream().write(command.getBytes(StandardCharsets.US_ASCII));
      if (socket.getInputStream().read() != '+') {
        throw new IllegalStateException("the server refuses to fall silent");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  /** Kills the server and removes its directory. */
  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

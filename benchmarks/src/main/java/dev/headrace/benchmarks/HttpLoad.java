package dev.headrace.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that costs little: connections that stay open, requests as bytes, answers read and
 * checked for their status and size.
 *
 * @param port of the server on this machine
 * @param path that is asked
 * @param question makes the body of a request
 * @param leastBytes of an answer that can be right
 */
record HttpLoad(int port, String path, Question question, int leastBytes) {

  /** Makes the body of a request. */
  @FunctionalInterface
  interface Question {
    String body(SplittableRandom random);
  }

  /**
   * Asks for the features of users.
   *
   * @param keysPerRequest how many users each request asks for
   * @param users they are drawn from 0 to this
   */
  static HttpLoad features(int port, int keysPerRequest, int users) {
    return new HttpLoad(
        port,
        "/api/v1/features/user",
        random -> {
          StringBuilder body = new StringBuilder("{\"keys\":[");
          for (int i = 0; i < keysPerRequest; i++) {
            body.append(i == 0 ? "" : ",").append(random.nextInt(users));
          }
          return body.append("]}").toString();
        },
        500 * keysPerRequest);
  }

  /** How long requests took, in ascending order, and how many per second were answered. */
  static final class Answers {
    private final long[] nanos;
    private final double perSecond;

    Answers(long[] nanos, double perSecond) {
      this.nanos = nanos;
      this.perSecond = perSecond;
    }

    double perSecond() {
      return perSecond;
    }

    double millisAt(double quantile) {
      return nanos[(int) Math.min(nanos.length - 1, (long) (nanos.length * quantile))] / 1e6;
    }
  }

  /** One connection. */
  private static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final SplittableRandom random;

    Connection(int port, int number) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      out = socket.getOutputStream();
      random = new SplittableRandom(number);
    }

    void ask(HttpLoad load) throws IOException {
      String body = load.question.body(random);
      String request =
          "POST "
              + load.path
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      String status = line();
      if (!status.startsWith("HTTP/1.1 200")) {
        throw new IOException(status);
      }
      int length = -1;
      for (String header = line(); !header.isEmpty(); header = line()) {
        if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
          length = Integer.parseInt(header.substring(15).strip());
        }
      }
      byte[] answer = in.readNBytes(length);
      if (answer.length < load.leastBytes || answer[length - 1] != '}') {
        throw new IOException("an answer of " + length + " bytes");
      }
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder(64);
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new IOException("the server closed the connection");
        }
        if (next != '\r') {
          line.append((char) next);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Each connection asks as fast as it is answered. */
  Answers atFullLoad(int connections, double seconds) throws Exception {
    return run(connections, seconds, 0);
  }

  /**
   * Requests at a steady rate; the time of each counts from when it was due, so a server that
   * stalls is charged with all who wait.
   */
  Answers atRate(int connections, double seconds, double perSecond) throws Exception {
    return run(connections, seconds, perSecond);
  }

  private Answers run(int connections, double seconds, double perSecond) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      long begin = System.nanoTime() + 50_000_000;
      long end = begin + (long) (seconds * 1e9);
      List<Future<long[]>> parts = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        int number = i;
        double gap = perSecond == 0 ? 0 : connections / perSecond * 1e9;
        parts.add(
            threads.submit(
                () -> connection(number, begin + (long) (gap * number / connections), end, gap)));
      }
      long[] all = new long[0];
      for (Future<long[]> part : parts) {
        long[] own = part.get();
        int before = all.length;
        all = Arrays.copyOf(all, before + own.length);
        System.arraycopy(own, 0, all, before, own.length);
      }
      Arrays.sort(all);
      return new Answers(all, all.length / seconds);
    }
  }

  private long[] connection(int number, long begin, long end, double gap) throws IOException {
    long[] nanos = new long[1 << 16];
    int count = 0;
    try (Connection connection = new Connection(port, number)) {
      long due = begin;
      for (long i = 0; due < end; i++) {
        if (gap > 0) {
          due = begin + (long) (gap * i);
          while (System.nanoTime() < due) {
            LockSupport.parkNanos(due - System.nanoTime());
          }
        } else {
          due = System.nanoTime();
        }
        connection.ask(this);
        if (count == nanos.length) {
          nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = System.nanoTime() - due;
      }
    }
    return Arrays.copyOf(nanos, count);
  }
}

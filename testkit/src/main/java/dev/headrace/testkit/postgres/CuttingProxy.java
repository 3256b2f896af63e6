package dev.headrace.testkit.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server of the loopback address, passes everything on, and breaks
 * the connection when the client says a chosen word.
 */
public final class CuttingProxy implements AutoCloseable {
  /** When to break the connection. */
  public enum Moment {
    /** The server never hears the word. */
    BEFORE_IT_ARRIVES,
    /** The server hears it, and the client is gone at once. */
    AS_IT_ARRIVES,
    /** The server does what it was told, and the client does not hear so. */
    BEFORE_THE_ANSWER
  }

  private record Cut(String word, Moment moment) {}

  private final ServerSocket door;
  private final int target;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Cut> cut = new AtomicReference<>();

  private CuttingProxy(ServerSocket door, int target) {
    this.door = door;
    this.target = target;
  }

  /** Opens a door to the server on {@code port}. */
  public static CuttingProxy to(int port) {
    try {
      CuttingProxy proxy =
          new CuttingProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
      Thread.ofVirtual().start(proxy::welcome);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port to connect to instead of the server's. */
  public int port() {
    return door.getLocalPort();
  }

  /** Breaks, once, the connection on which the client next says {@code word}. */
  public void cutAt(String word, Moment moment) {
    cut.set(new Cut(word, moment));
  }

  /** Whether what {@link #cutAt} asked for is still to come. */
  public boolean isArmed() {
    return cut.get() != null;
  }

  /** Lets nobody in any more; connections there are stay. */
  public void shut() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Breaks every connection there is. */
  public void cutAll() {
    open.forEach(CuttingProxy::close);
    open.clear();
  }

  private void welcome() {
    try {
      while (true) {
        Socket client = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        Session session = new Session(client, server);
        Thread.ofVirtual().start(session::requests);
        Thread.ofVirtual().start(session::answers);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private final class Session {
    private final Socket client;
    private final Socket server;
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean mute;

    Session(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void requests() {
      byte[] buffer = new byte[1 << 16];
      try (client;
          server) {
        InputStream in = client.getInputStream();
        OutputStream out = server.getOutputStream();
        for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
          Cut wanted = cut.get();
          if (wanted != null
              && new String(buffer, 0, size, StandardCharsets.ISO_8859_1).contains(wanted.word())
              && cut.compareAndSet(wanted, null)) {
            switch (wanted.moment()) {
              case BEFORE_IT_ARRIVES -> {
                return;
              }
              case AS_IT_ARRIVES -> {
                out.write(buffer, 0, size);
                out.flush();
                client.close();
                // The server is not told; it goes on until it wants to answer.
                mute = true;
                answered.await();
                return;
              }
              case BEFORE_THE_ANSWER -> mute = true;
            }
          }
          out.write(buffer, 0, size);
          out.flush();
        }
      } catch (IOException e) {
        // Either side has gone.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void answers() {
      byte[] buffer = new byte[1 << 16];
      try (client;
          server) {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
          if (mute) {
            // The server has answered, so it has done it.
            return;
          }
          out.write(buffer, 0, size);
          out.flush();
        }
      } catch (IOException e) {
        // Either side has gone.
      } finally {
        answered.countDown();
      }
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was closed before.
    }
  }

  @Override
  public void close() {
    shut();
    cutAll();
  }
}

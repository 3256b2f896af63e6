package dev.headrace.cli.process;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Turns Ctrl-C and SIGTERM into the cancellation of what is running.
 *
 * <p>The first signal cancels and lets the command end by itself, with everything it has finished
 * kept; the second ends the process at once, which loses nothing either, but leaves the sweeping to
 * the next run. Thread-safe.
 */
public final class Interrupts {
  private final Runnable onFirst;
  private final IntConsumer halt;
  private final Set<Runnable> cancelActions = new LinkedHashSet<>();
  private int exitCode;

  /**
   * @param onFirst told once, when the first signal arrives and something is there to cancel
   * @param halt ends the process with the given exit code, without any further ado
   */
  public Interrupts(Runnable onFirst, IntConsumer halt) {
    this.onFirst = onFirst;
    this.halt = halt;
  }

  /** Begins to listen to the signals of this process. */
  public void install() {
    install("INT", 130);
    install("TERM", 143);
  }

  /**
   * Replaces the JVM's handler, which would run the shutdown hooks and then swallow a second
   * Ctrl-C. {@code sun.misc.Signal} is the JDK's only way and is reached by name, because javac has
   * no way to accept a deliberate use of it.
   */
  private void install(String signal, int code) {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      // Nobody asks a handler for anything but to handle.
      InvocationHandler calls =
          (proxy, method, arguments) -> {
            signal(code);
            return null;
          };
      Object handler =
          Proxy.newProxyInstance(
              Interrupts.class.getClassLoader(), new Class<?>[] {handlerType}, calls);
      signalType
          .getMethod("handle", signalType, handlerType)
          .invoke(null, signalType.getConstructor(String.class).newInstance(signal), handler);
    } catch (ReflectiveOperationException e) {
      // The JVM was started with -Xrs or the platform lacks the signal: the default action stands.
    }
  }

  /**
   * Runs {@code cancel} at the first signal, until the registration is closed; at once if it has
   * come already.
   */
  public Registration onInterrupt(Runnable cancel) {
    synchronized (this) {
      if (exitCode == 0) {
        cancelActions.add(cancel);
        return () -> {
          synchronized (this) {
            cancelActions.remove(cancel);
          }
        };
      }
    }
    cancel.run();
    return () -> {};
  }

  /** The exit code a received signal asks for; 0 when none came. */
  public synchronized int exitCode() {
    return exitCode;
  }

  /** Handles one signal. */
  void signal(int code) {
    Set<Runnable> actions;
    synchronized (this) {
      actions = exitCode == 0 ? Set.copyOf(cancelActions) : Set.of();
      exitCode = code;
    }
    if (actions.isEmpty()) {
      halt.accept(code);
      return;
    }
    onFirst.run();
    actions.forEach(Runnable::run);
  }

  /** Ends the interest in signals. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}

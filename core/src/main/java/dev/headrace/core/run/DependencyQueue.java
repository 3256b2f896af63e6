package dev.headrace.core.run;

import dev.headrace.core.ledger.StepRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hands out steps to a few workers, each as soon as all its inputs are done, earlier ones of the
 * plan first. A step with a failed input is not worked on but reported as blocked, and blocks what
 * reads it in turn.
 */
final class DependencyQueue {
  private final List<String> order;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final PriorityQueue<Node> ready = new PriorityQueue<>((a, b) -> a.index - b.index);
  private int unfinished;
  private @Nullable Throwable broken;

  private static final class Node {
    final String name;
    final int index;
    final List<Node> readers = new ArrayList<>();
    int waitingFor;
    @Nullable String failedInput;
    RunReport.@Nullable StepReport report;

    Node(String name, int index) {
      this.name = name;
      this.index = index;
    }
  }

  /**
   * @param order all steps, inputs first
   * @param inputsOf inputs of a step; those outside {@code order} are taken as done
   */
  DependencyQueue(List<String> order, Function<String, List<String>> inputsOf) {
    this.order = order;
    for (String name : order) {
      Node node = new Node(name, nodes.size());
      nodes.put(name, node);
      for (String input : inputsOf.apply(name)) {
        Node upstream = nodes.get(input);
        if (upstream != null) {
          upstream.readers.add(node);
          node.waitingFor++;
        }
      }
      if (node.waitingFor == 0) {
        ready.add(node);
      }
    }
    unfinished = order.size();
  }

  /**
   * Works through all steps.
   *
   * @param work does a step
   * @param block reports a step that cannot be done, given the input that failed
   * @return the reports in the order of the steps
   */
  List<RunReport.StepReport> process(
      int workers,
      Function<String, RunReport.StepReport> work,
      BiFunction<String, String, RunReport.StepReport> block) {
    // Steps spend their time in native code, which would hold on to the few threads that carry
    // virtual ones and starve everything else that runs on those.
    try (ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("step-", 0).factory())) {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < Math.max(1, Math.min(workers, order.size())); i++) {
        futures.add(executor.submit(() -> drain(work, block)));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while steps were under way", e);
    }
    List<RunReport.StepReport> reports = new ArrayList<>();
    for (Node node : nodes.values()) {
      if (node.report == null) {
        throw new IllegalStateException("step " + node.name + " was never reached");
      }
      reports.add(node.report);
    }
    return reports;
  }

  private void drain(
      Function<String, RunReport.StepReport> work,
      BiFunction<String, String, RunReport.StepReport> block) {
    try {
      for (Node node = take(); node != null; node = take()) {
        String failedInput = node.failedInput;
        complete(
            node,
            failedInput == null ? work.apply(node.name) : block.apply(node.name, failedInput));
      }
    } catch (RuntimeException | Error e) {
      stop(e);
      throw e;
    }
  }

  private synchronized @Nullable Node take() {
    while (ready.isEmpty() && unfinished > 0 && broken == null) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
    return broken == null ? ready.poll() : null;
  }

  private synchronized void complete(Node node, RunReport.StepReport report) {
    node.report = report;
    unfinished--;
    boolean failed =
        report.status() == StepRecord.Status.FAILED || report.status() == StepRecord.Status.BLOCKED;
    for (Node reader : node.readers) {
      if (failed && reader.failedInput == null) {
        reader.failedInput = node.name;
      }
      if (--reader.waitingFor == 0) {
        ready.add(reader);
      }
    }
    notifyAll();
  }

  /** A worker cannot go on, for example because the ledger is gone: the others stop too. */
  private synchronized void stop(Throwable cause) {
    broken = cause;
    notifyAll();
  }
}

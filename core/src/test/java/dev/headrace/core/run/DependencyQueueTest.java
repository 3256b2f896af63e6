package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.ledger.StepRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DependencyQueueTest {

  @Test
  void process_anyGraphAndFailures_doesEachStepOnceAfterItsInputs_andBlocksExactlyWhatFollows() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int size = 1 + random.nextInt(40);
      Map<String, List<String>> inputs = new HashMap<>();
      List<String> order = new ArrayList<>();
      Set<String> failing = new HashSet<>();
      for (int i = 0; i < size; i++) {
        List<String> read = new ArrayList<>();
        for (int k = random.nextInt(4); k > 0 && i > 0; k--) {
          read.add("n" + random.nextInt(i));
        }
        read.add("elsewhere");
        order.add("n" + i);
        inputs.put("n" + i, read.stream().distinct().toList());
        if (random.nextInt(8) == 0) {
          failing.add("n" + i);
        }
      }
      Set<String> stopped = new HashSet<>();
      for (String name : order) {
        if (inputs.get(name).stream()
            .anyMatch(in -> failing.contains(in) || stopped.contains(in))) {
          stopped.add(name);
        }
      }
      int workers = 1 + random.nextInt(4);
      AtomicInteger atWork = new AtomicInteger();
      Map<String, StepRecord.Status> done = new ConcurrentHashMap<>();
      List<RunReport.StepReport> reports =
          new DependencyQueue(order, inputs::get)
              .process(
                  workers,
                  name -> {
                    assertThat(atWork.incrementAndGet()).isLessThanOrEqualTo(workers);
                    assertThat(inputs.get(name))
                        .allMatch(
                            in ->
                                in.equals("elsewhere") || done.get(in) == StepRecord.Status.BUILT);
                    StepRecord.Status status =
                        failing.contains(name) ? StepRecord.Status.FAILED : StepRecord.Status.BUILT;
                    assertThat(done.put(name, status)).as("done twice").isNull();
                    atWork.decrementAndGet();
                    return report(name, status);
                  },
                  (name, input) -> {
                    assertThat(inputs.get(name)).contains(input);
                    assertThat(done.get(input))
                        .isIn(StepRecord.Status.FAILED, StepRecord.Status.BLOCKED);
                    assertThat(done.put(name, StepRecord.Status.BLOCKED)).isNull();
                    return report(name, StepRecord.Status.BLOCKED);
                  });

      assertThat(reports).extracting(RunReport.StepReport::asset).isEqualTo(order);
      for (RunReport.StepReport report : reports) {
        assertThat(report.status() == StepRecord.Status.BLOCKED)
            .as("seed %d, %s", seed, report.asset())
            .isEqualTo(stopped.contains(report.asset()));
      }
    }
  }

  @Test
  void process_oneWorker_followsThePlan() {
    List<String> done = new ArrayList<>();
    new DependencyQueue(
            List.of("a", "b", "c", "d"), name -> name.equals("b") ? List.of("a") : List.of())
        .process(
            1,
            name -> {
              done.add(name);
              return report(name, StepRecord.Status.BUILT);
            },
            (name, input) -> report(name, StepRecord.Status.BLOCKED));
    assertThat(done).containsExactly("a", "b", "c", "d");
  }

  @Test
  void process_workThatCannotGoOn_stopsAllWorkersAndIsTold() {
    DependencyQueue queue =
        new DependencyQueue(
            List.of("a", "b", "c"), name -> name.equals("a") ? List.of() : List.of("a"));
    assertThatThrownBy(
            () ->
                queue.process(
                    3,
                    name -> {
                      throw new IllegalStateException("the ledger is gone");
                    },
                    (name, input) -> report(name, StepRecord.Status.BLOCKED)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the ledger is gone");
  }

  private static RunReport.StepReport report(String name, StepRecord.Status status) {
    return new RunReport.StepReport(
        name, "thing", status, "", 0, 0, 0, 0, Optional.empty(), List.of());
  }
}

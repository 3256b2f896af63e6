package dev.headrace.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterruptsTest {
  private final List<String> events = new ArrayList<>();
  private final Interrupts interrupts =
      new Interrupts(() -> events.add("told"), code -> events.add("halt " + code));

  @Test
  void signal_first_cancelsAndSecond_halts() {
    interrupts.onInterrupt(() -> events.add("cancel"));
    interrupts.signal(130);
    assertThat(events).containsExactly("told", "cancel");
    assertThat(interrupts.exitCode()).isEqualTo(130);
    interrupts.signal(130);
    assertThat(events).containsExactly("told", "cancel", "halt 130");
  }

  @Test
  void signal_nothingToCancel_haltsAtOnce() {
    interrupts.onInterrupt(() -> events.add("cancel")).close();
    interrupts.signal(143);
    assertThat(events).containsExactly("halt 143");
  }

  @Test
  void onInterrupt_afterTheSignal_cancelsAtOnce() {
    interrupts.onInterrupt(() -> {});
    interrupts.signal(130);
    interrupts.onInterrupt(() -> events.add("late"));
    assertThat(events).containsExactly("told", "late");
  }
}

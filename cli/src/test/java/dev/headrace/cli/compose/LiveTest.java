package dev.headrace.cli.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.cli.serve.Soon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LiveTest {
  private final AtomicReference<String> sign = new AtomicReference<>("one");
  private final List<String> read = new CopyOnWriteArrayList<>();

  private String read(String from) {
    read.add(from);
    if (from.startsWith("bad")) {
      throw new UncheckedIOException(new IOException(from));
    }
    return "<" + from + ">";
  }

  @Test
  void whatCannotBeRead_leavesWhatWas() throws Exception {
    try (Live<String, String> live = Live.follow("things", sign::get, this::read)) {
      assertThat(live.now()).isEqualTo("<one>");
      sign.set("bad");
      Soon.await(() -> read.contains("bad"));
      assertThat(live.now()).isEqualTo("<one>");
      sign.set("two");
      Soon.await(() -> live.now().equals("<two>"));
      // Read when something has changed, and not otherwise.
      assertThat(read).containsExactly("one", "bad", "two");
    }
  }

  @Test
  void whatCannotBeReadAtFirst_isTold() {
    sign.set("bad");
    assertThatThrownBy(() -> Live.follow("things", sign::get, this::read))
        .isInstanceOf(UncheckedIOException.class);
  }
}

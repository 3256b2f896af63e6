package dev.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.Interrupts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;

/** Someone who types commands in a directory, and reads what they print. */
public final class Shell {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path directory;
  private InstantSource clock = InstantSource.system();
  private ByteArrayOutputStream out = new ByteArrayOutputStream();
  private ByteArrayOutputStream err = new ByteArrayOutputStream();

  public Shell(Path directory) {
    this.directory = directory;
  }

  /** From now on it is this moment, whatever it is elsewhere. */
  public void setTime(Instant now) {
    clock = InstantSource.fixed(now);
  }

  /** Runs a command; its exit code. */
  public int run(String... args) {
    out = new ByteArrayOutputStream();
    err = new ByteArrayOutputStream();
    Ambient ambient = new Ambient(Map.of(), clock, ZoneOffset.UTC, directory, directory, directory);
    Console console = new Console(out, Look.plain(true), err, Look.plain(true));
    return new CommandRunner(ambient, console, new Interrupts(() -> {}, code -> {})).run(args);
  }

  /** Runs a command that has to succeed; what it printed. */
  public String succeed(String... args) {
    int code = run(args);
    assertThat(code).as("%s%n%s%n%s", String.join(" ", args), out(), err()).isZero();
    return out();
  }

  /** Runs a command that has to succeed; the one document it printed. */
  public JsonNode json(String... args) throws IOException {
    return JSON.readTree(succeed(args));
  }

  /** What the latest command printed as its result. */
  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** What the latest command said besides. */
  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Writes a file below the directory. */
  public void write(String file, String text) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}

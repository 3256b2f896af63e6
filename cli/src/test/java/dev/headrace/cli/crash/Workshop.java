package dev.headrace.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.CommandRunner;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A project in a directory: commands on it run in this process, which is warm, or in a {@link
 * Child}, which can be killed.
 */
public final class Workshop {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("headrace.root")));

  /** Held, because the log manager does not: Iceberg reports every commit. */
  private static final Logger ICEBERG = Logger.getLogger("org.apache.iceberg");

  static {
    ICEBERG.setLevel(Level.WARNING);
  }

  private final Path directory;

  /**
   * @param directory the project's directory
   */
  public Workshop(Path directory) {
    this.directory = directory;
  }

  public Path directory() {
    return directory;
  }

  public Path state() {
    return directory.resolve(".headrace");
  }

  public Path lake() {
    return state().resolve("lake");
  }

  /** Writes a file of the project. */
  public Workshop file(String path, String text) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  /** A copy of an example of this repository, without data. */
  public static Workshop example(String name, Path directory) throws IOException {
    Path example = ROOT.resolve("examples").resolve(name);
    try (Stream<Path> paths = Files.walk(example)) {
      for (Path path : paths.toList()) {
        Path relative = example.relativize(path);
        boolean declared = !relative.startsWith(".headrace") && !relative.startsWith("data");
        if (declared && Files.isDirectory(path)) {
          Files.createDirectories(directory.resolve(relative));
        } else if (declared) {
          Files.copy(path, directory.resolve(relative));
        }
      }
    }
    return new Workshop(directory);
  }

  /** Runs a command in this process. */
  public Child.End command(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("-p", directory.toString()));
    Ambient ambient =
        new Ambient(
            Map.of(), InstantSource.system(), ZoneOffset.UTC, directory, directory, directory);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(out, Look.plain(true), err, Look.plain(true));
    int code =
        new CommandRunner(ambient, console, new Interrupts(() -> {}, exit -> {}))
            .run(all.toArray(String[]::new));
    return new Child.End(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command in this process that has to succeed; what it printed. */
  public String succeed(String... args) {
    Child.End end = command(args);
    assertThat(end.exitCode()).as("%s%n%s", List.of(args), end).isZero();
    return end.out();
  }

  /** Starts a command in a process of its own. */
  public Child start(String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("-p", directory.toString()));
    return Child.start(directory, all);
  }

  /**
   * Every row of every published table as text, sorted, by table; without the time of loading,
   * which differs from run to run.
   */
  public Map<String, List<String>> tables() {
    return tables("prod");
  }

  /** The same of an environment. */
  public Map<String, List<String>> tables(String environment) {
    try (Headrace headrace = open()) {
      Published published = headrace.published(environment);
      Map<String, List<String>> tables = new TreeMap<>();
      for (Publication publication : published.tables()) {
        String table = publication.content().table().toLowerCase(Locale.ROOT);
        tables.put(table, rows(headrace, published, table));
      }
      return tables;
    }
  }

  /** What {@code tables} has otherwise than {@code expected}: the first few rows of each table. */
  public static List<String> differences(
      Map<String, List<String>> expected, Map<String, List<String>> tables) {
    List<String> differences = new ArrayList<>();
    Set<String> names = new TreeSet<>(expected.keySet());
    names.addAll(tables.keySet());
    for (String table : names) {
      List<String> missing = new ArrayList<>(expected.getOrDefault(table, List.of()));
      List<String> surplus = new ArrayList<>(tables.getOrDefault(table, List.of()));
      if (!missing.equals(surplus)) {
        tables.getOrDefault(table, List.of()).forEach(missing::remove);
        expected.getOrDefault(table, List.of()).forEach(surplus::remove);
        missing.stream().limit(3).forEach(row -> differences.add(table + " lacks " + row));
        surplus.stream().limit(3).forEach(row -> differences.add(table + " has " + row));
      }
    }
    return differences;
  }

  /** The project, opened in this process. */
  public Headrace open() {
    Ambient ambient =
        new Ambient(
            Map.of(), InstantSource.system(), ZoneOffset.UTC, directory, directory, directory);
    return Headrace.open(directory, ambient, false);
  }

  private static List<String> rows(Headrace headrace, Published published, String table) {
    Query query =
        Query.of(
            "select * from \"" + table + "\"", headrace.relations().of(published, List.of(table)));
    List<String> rows = new ArrayList<>();
    try (Rows result = headrace.engine().execute(query, Watch.none())) {
      List<String> columns = result.schema().names();
      rows.add("columns " + result.schema().fields());
      int loadedAt = Math.max(columns.indexOf("_loaded_at"), columns.indexOf("loaded_at"));
      for (List<@Nullable Object> row = result.next(); row != null; row = result.next()) {
        List<@Nullable Object> values = new ArrayList<>(row);
        if (loadedAt >= 0) {
          values.remove(loadedAt);
        }
        rows.add(values.toString());
      }
    }
    rows.subList(1, rows.size()).sort(null);
    return rows;
  }

  /** Makes the directory what {@code template} is, whatever it was before. */
  void become(Path template) throws IOException {
    copy(template, directory);
  }

  /** Replaces the directory {@code to} by a copy of {@code from}, with the times of its files. */
  static void copy(Path from, Path to) throws IOException {
    delete(to);
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

package dev.headrace.core.project.spec;

import dev.headrace.core.project.ConfigSection;
import dev.headrace.core.project.Declaration.Origin;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Kind.FileForm;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.ProjectConfig;
import dev.headrace.core.project.SqlText;
import dev.headrace.spi.error.Location;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Binds the text of a user's file to the record that describes it, strictly: whatever the record
 * does not describe is a problem with its line and column, and all problems of a file are found in
 * one go.
 *
 * <p>YAML 1.2: {@code no}, {@code on} and {@code off} are texts, and where a text is expected a
 * number is taken as it is written. {@code ${env:NAME}}, {@code ${env:NAME:-default}} and {@code
 * ${file:PATH}} are replaced in values, never in keys or SQL. Thread-safe.
 */
public final class SpecBinder {
  /** Nothing but blanks and comments. */
  private static final Pattern NO_YAML = Pattern.compile("(?:\\s|#[^\n]*(?:\n|$))*+");

  private static final Pattern NO_STATEMENT =
      Pattern.compile("(?:[\\s;]|--[^\n]*(?:\n|$)|/\\*(?s:.*?)\\*/)*+");

  private final Environment environment;
  private final Path directory;

  /**
   * @param environment what {@code ${env:NAME}} refers to
   * @param directory what a relative {@code ${file:PATH}} is relative to
   */
  public SpecBinder(Environment environment, Path directory) {
    this.environment = environment;
    this.directory = directory;
  }

  /** What a file said, and where. */
  public record Bound<S>(S spec, Origin origin) {}

  /**
   * Binds one file.
   *
   * @param file its path as the user would type it, for messages
   * @return empty if and only if problems were added
   */
  public <S extends Record> Optional<Bound<S>> bind(
      Class<S> type, FileForm form, String file, String text, Problems problems) {
    return switch (form) {
      case YAML ->
          bindYaml(Shapes.keys(type), file, text, problems)
              .map(bound -> new Bound<>(type.cast(bound.spec()), bound.origin()));
      case SQL -> bindSql(type, file, text, problems);
    };
  }

  /**
   * Binds {@code headrace.yaml}.
   *
   * @param sections the keys that rooms and plug-ins have brought
   * @return empty if and only if problems were added
   */
  public Optional<Bound<ProjectConfig>> bindConfig(
      List<ConfigSection<?>> sections, String text, Problems problems) {
    return bindYaml(ConfigShape.of(sections), ProjectConfig.FILE, text, problems)
        .map(bound -> new Bound<>((ProjectConfig) bound.spec(), bound.origin()));
  }

  private Optional<Bound<Object>> bindYaml(
      Shape.Keys keys, String file, String text, Problems problems) {
    if (NO_YAML.matcher(text).matches()) {
      problems.add(
          Location.of(file, 1),
          "The file is empty.",
          "Its keys are " + String.join(", ", keys.slots().keySet()) + ".");
      return Optional.empty();
    }
    Node root = YamlText.compose(file, text, problems);
    return root == null ? Optional.empty() : walk(keys, file, root, problems);
  }

  private Optional<Bound<Object>> walk(Shape.Keys keys, String file, Node root, Problems problems) {
    Places places = new Places(file);
    places.put("", YamlText.place(file, root.getStartMark()));
    Binding binding = new Binding(file, new Substitution(environment, directory), places, problems);
    Object spec = binding.bind(keys, root, "");
    return spec == null ? Optional.empty() : Optional.of(new Bound<>(spec, places));
  }

  private <S extends Record> Optional<Bound<S>> bindSql(
      Class<S> type, String file, String text, Problems problems) {
    SqlFile sql = SqlFile.read(file, text, problems);
    if (sql == null) {
      return Optional.empty();
    }
    boolean noStatement = NO_STATEMENT.matcher(sql.body().text()).matches();
    if (noStatement) {
      problems.add(Location.of(file, sql.body().firstLine()), "The file has no SQL statement.", "");
    }
    String header = sql.header();
    String yaml = header == null || NO_YAML.matcher(header).matches() ? "{}" : header;
    Node root = YamlText.compose(file, yaml, problems);
    if (root == null) {
      return Optional.empty();
    }
    Optional<Bound<Object>> bound = walk(withBody(type, sql.body()), file, root, problems);
    return noStatement
        ? Optional.empty()
        : bound.map(some -> new Bound<>(type.cast(some.spec()), some.origin()));
  }

  /** The header's keys; the record is built with the statement in its place. */
  private static Shape.Keys withBody(Class<? extends Record> type, SqlText body) {
    Shape.Keys header = Shapes.keys(type);
    List<RecordComponent> components = List.of(type.getRecordComponents());
    int at =
        IntStream.range(0, components.size())
            .filter(i -> components.get(i).isAnnotationPresent(Body.class))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(type.getName() + " has no @Body"));
    return new Shape.Keys(
        header.name(),
        header.doc(),
        header::keys,
        values -> {
          @Nullable Object[] all = new Object[values.length + 1];
          System.arraycopy(values, 0, all, 0, at);
          all[at] = body;
          System.arraycopy(values, at, all, at + 1, values.length - at);
          return header.build(all);
        });
  }
}

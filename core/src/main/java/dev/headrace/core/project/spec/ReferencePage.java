package dev.headrace.core.project.spec;

import dev.headrace.core.project.ConfigSection;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.ProjectConfig;
import dev.headrace.core.project.spec.Shape.Choice;
import dev.headrace.core.project.spec.Shape.Keys;
import dev.headrace.core.project.spec.Shape.Named;
import dev.headrace.core.project.spec.Shape.Scalar;
import dev.headrace.core.project.spec.Shape.Several;
import dev.headrace.core.project.spec.Shape.Slot;
import dev.headrace.core.project.spec.Shape.Words;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The page of {@code docs/reference/} that says what may be written, in Markdown. */
public final class ReferencePage {
  private static final String TABLE = "\n| key | value | default | meaning |\n|---|---|---|---|\n";

  private final StringBuilder page = new StringBuilder();
  private final ArrayDeque<Shape> open = new ArrayDeque<>();
  private final Set<Shape> mentioned = new LinkedHashSet<>();

  private ReferencePage() {}

  /** The page of a kind. */
  public static String of(Kind<?> kind) {
    String where =
        switch (kind.form()) {
          case YAML -> "`" + kind.folder() + "/NAME.yaml`.";
          case SQL ->
              "`"
                  + kind.folder()
                  + "/NAME.sql`: one SQL statement; these keys stand before it, between `/*---` and"
                  + " `---*/`.";
        };
    return new ReferencePage().write(kind.name(), where, Shapes.keys(kind.specType()));
  }

  /** The page of {@code headrace.yaml}. */
  public static String ofConfig(List<ConfigSection<?>> sections) {
    return new ReferencePage()
        .write(
            ProjectConfig.FILE, "One file at the root of every project.", ConfigShape.of(sections));
  }

  private String write(String title, String where, Keys keys) {
    page.append("<!-- Generated from the record that is bound; do not edit. -->\n");
    page.append("# ").append(title).append("\n\n");
    if (!keys.doc().isEmpty()) {
      page.append(keys.doc()).append("\n\n");
    }
    page.append(where).append("\n");
    keys(keys);
    while (!open.isEmpty()) {
      switch (open.remove()) {
        case Keys nested -> {
          heading(nested.name(), nested.doc());
          keys(nested);
        }
        case Choice choice -> {
          heading(choice.name(), choice.doc());
          page.append("\nOne of:\n").append("\n| key | value | meaning |\n|---|---|---|\n");
          choice
              .options()
              .forEach(
                  (name, option) ->
                      row(
                          name,
                          payload(option) + (option.plain() ? "; also without the key" : ""),
                          option.doc()));
        }
        default -> throw new IllegalStateException("Only records and choices have a section");
      }
    }
    return page.toString();
  }

  private void heading(String name, String doc) {
    page.append("\n## ").append(name).append("\n");
    if (!doc.isEmpty()) {
      page.append("\n").append(doc).append("\n");
    }
  }

  private void keys(Keys keys) {
    page.append(TABLE);
    for (Map.Entry<String, Slot> slot : keys.slots().entrySet()) {
      Shape.Key key = slot.getValue().key();
      Keys option = slot.getValue().option();
      String absent =
          key.inline()
              ? key.required() ? "exactly one of these" : "at most one of these"
              : key.defaultYaml() != null
                  ? "`" + key.defaultYaml() + "`"
                  : key.required() ? "**required**" : "none";
      row(
          slot.getKey(),
          option == null ? words(key.shape()) : payload(option),
          absent,
          option == null ? key.doc() : option.doc());
    }
  }

  private void row(String key, String... cells) {
    page.append("| `").append(key).append("` |");
    for (String cell : cells) {
      page.append(' ').append(cell.replace("|", "\\|")).append(" |");
    }
    page.append('\n');
  }

  private String payload(Keys option) {
    return switch (option.keys().size()) {
      case 0 -> "nothing";
      case 1 -> words(option.keys().getFirst().shape());
      default -> words(option);
    };
  }

  private String words(Shape shape) {
    return switch (shape) {
      case Scalar scalar -> scalar.words().replace("this: ", "");
      case Words words -> "`" + String.join("`, `", words.constants().keySet()) + "`";
      case Several several -> words(several.item()) + "; or a list of them";
      case Named named -> "map of names to: " + words(named.item());
      case Keys keys -> section(keys, keys.name());
      case Choice choice -> section(choice, choice.name());
      case Shape.Free _ -> "any value";
    };
  }

  private String section(Shape shape, String name) {
    if (mentioned.add(shape)) {
      open.add(shape);
    }
    return "[" + name + "](#" + name + ")";
  }
}

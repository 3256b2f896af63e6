package dev.headrace.core.project.spec;

import dev.headrace.core.project.Problems;
import dev.headrace.spi.error.Location;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** One YAML 1.2 document as a tree of nodes that know their place. */
final class YamlText {
  private static final CoreSchema SCHEMA = new CoreSchema();
  private static final ScalarResolver RESOLVER = SCHEMA.getScalarResolver();
  private static final Compose COMPOSE =
      new Compose(LoadSettings.builder().setSchema(SCHEMA).build());

  private YamlText() {}

  /** What a plain scalar of this text is in YAML's core schema. */
  static Tag tagOf(String plain) {
    return RESOLVER.resolve(plain, true);
  }

  /** The document's root; null, with a problem added, when there is not exactly one. */
  static @Nullable Node compose(String file, String text, Problems problems) {
    try {
      Iterator<Node> documents = COMPOSE.composeAllFromString(text).iterator();
      if (!documents.hasNext()) {
        problems.add(Location.of(file), "The file is empty.", "");
        return null;
      }
      Node root = documents.next();
      if (documents.hasNext()) {
        problems.add(
            place(file, documents.next().getStartMark()),
            "A second YAML document begins here.",
            "Put each declaration into a file of its own.");
        return null;
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      syntaxError(file, text, e, problems);
    } catch (ReaderException e) {
      problems.add(
          atOffset(file, text, e.getPosition()),
          "The character U+%04X cannot stand in YAML.".formatted(e.getCodePoint()),
          "Remove it, or write it as an escape in double quotes.");
    } catch (YamlEngineException e) {
      problems.add(Location.of(file), "Not readable as YAML: " + e.getMessage() + ".", "");
    } catch (StackOverflowError e) {
      problems.add(
          Location.of(file), "Lists and maps are nested too deeply.", "Nest a few levels at most.");
    }
    return null;
  }

  static Location place(String file, Optional<Mark> mark) {
    return mark.map(m -> new Location(file, m.getLine() + 1, m.getColumn() + 1))
        .orElseGet(() -> Location.of(file));
  }

  private static void syntaxError(
      String file, String text, MarkedYamlEngineException e, Problems problems) {
    Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
    Location place = place(file, mark);
    String problem = String.valueOf(e.getProblem());
    if (indentedByTab(text, place)) {
      problems.add(place, "A tab indents this line.", "YAML is indented with spaces only.");
    } else if (problem.contains("mapping values are not allowed here")) {
      problems.add(
          place,
          "This line is not YAML: a ':' stands where no key can be.",
          "Check the indentation, and quote a value that contains ': '.");
    } else if (problem.contains("undefined alias")) {
      problems.add(
          place, "This line is not YAML: " + problem + ".", "Quote a value that starts with '*'.");
    } else {
      String context = e.getContext() == null ? "" : e.getContext() + ": ";
      problems.add(
          place,
          "This line is not YAML: " + context + problem + ".",
          "Quote a value that starts with one of * & ! % @ ` { [ or contains ': ' or ' #'.");
    }
  }

  private static boolean indentedByTab(String text, Location place) {
    String line = text.lines().skip(Math.max(0, place.line() - 1L)).findFirst().orElse("");
    return line.substring(0, line.length() - line.stripLeading().length()).contains("\t");
  }

  private static Location atOffset(String file, String text, int offset) {
    String before = text.substring(0, Math.min(offset, text.length()));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return new Location(file, line, before.length() - before.lastIndexOf('\n'));
  }
}

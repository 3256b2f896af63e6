package dev.headrace.core.project;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A project whose every file was read, bound and understood.
 *
 * @param directory where {@code headrace.yaml} lies
 * @param declarations by asset name, in order of kinds and then of files
 * @param definitions what each declaration comes down to, by asset name
 */
public record Project(
    Path directory,
    ProjectConfig config,
    Map<String, Declaration<?>> declarations,
    Map<String, Definition> definitions) {
  public Project {
    declarations = Collections.unmodifiableMap(new LinkedHashMap<>(declarations));
    definitions = Collections.unmodifiableMap(new LinkedHashMap<>(definitions));
  }

  /** Where the project's state is kept. */
  public Path state() {
    return config.state(directory);
  }
}

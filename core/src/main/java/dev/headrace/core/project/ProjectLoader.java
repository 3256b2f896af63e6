package dev.headrace.core.project;

import dev.headrace.core.project.ProjectFiles.Found;
import dev.headrace.core.project.spec.SpecBinder;
import dev.headrace.core.project.spec.SpecBinder.Bound;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Reads project directories. The kinds and sections it is made with are all it knows: the
 * composition root lists them.
 */
public final class ProjectLoader {
  private final List<Kind<?>> kinds;
  private final List<ConfigSection<?>> sections;

  /**
   * @param kinds in the order in which their assets are listed
   * @param sections the keys of {@code headrace.yaml} besides those of every project
   */
  public ProjectLoader(List<? extends Kind<?>> kinds, List<? extends ConfigSection<?>> sections) {
    this.kinds = List.copyOf(kinds);
    this.sections = List.copyOf(sections);
  }

  /**
   * Reads, binds and defines everything in a directory. The order of assets depends on nothing but
   * names. Runs no query and writes nothing.
   *
   * @throws HeadraceException PROJECT_NOT_FOUND if there is no {@code headrace.yaml};
   *     PROJECT_INVALID, with every problem of every file, if anything is wrong
   */
  public Project load(Path directory, Environment environment) {
    requireProject(directory);
    Problems problems = new Problems();
    SpecBinder binder = new SpecBinder(environment, directory);
    Optional<ProjectConfig> config = config(directory, binder, problems);

    List<Found> files = new ProjectFiles(directory, kinds, problems).find();
    Map<String, Declaration<?>> declarations = new LinkedHashMap<>();
    for (Found found : files) {
      bind(found.kind(), found, binder, problems)
          .ifPresent(declaration -> declarations.put(found.name(), declaration));
    }
    // A file that did not bind still has a name, which others rightly refer to.
    Scope scope = scope(files, problems);
    Map<String, Definition> definitions = new LinkedHashMap<>();
    declarations.forEach(
        (name, declaration) ->
            define(declaration, scope, problems)
                .ifPresent(definition -> definitions.put(name, definition)));
    if (config.isEmpty() || !problems.isEmpty()) {
      throw invalid(directory, problems);
    }
    return new Project(directory, config.get(), declarations, definitions);
  }

  /**
   * Reads {@code headrace.yaml} alone: for what only needs to know where things are, however many
   * files the project has and whatever is wrong with them.
   *
   * @throws HeadraceException PROJECT_NOT_FOUND, PROJECT_INVALID
   */
  public ProjectConfig loadConfig(Path directory, Environment environment) {
    requireProject(directory);
    Problems problems = new Problems();
    return config(directory, new SpecBinder(environment, directory), problems)
        .filter(_ -> problems.isEmpty())
        .orElseThrow(() -> invalid(directory, problems));
  }

  private static void requireProject(Path directory) {
    if (!Files.exists(directory.resolve(ProjectConfig.FILE))) {
      throw notFound(directory);
    }
  }

  private Optional<ProjectConfig> config(Path directory, SpecBinder binder, Problems problems) {
    return SourceText.read(directory.resolve(ProjectConfig.FILE), ProjectConfig.FILE, problems)
        .flatMap(text -> binder.bindConfig(sections, text, problems))
        .map(Bound::spec);
  }

  private static <S extends Record> Optional<Declaration<S>> bind(
      Kind<S> kind, Found found, SpecBinder binder, Problems problems) {
    return SourceText.read(found.path(), found.file(), problems)
        .flatMap(text -> binder.bind(kind.specType(), kind.form(), found.file(), text, problems))
        .map(bound -> new Declaration<>(kind, found.name(), bound.spec(), bound.origin()));
  }

  private static <S extends Record> Optional<Definition> define(
      Declaration<S> declaration, Scope scope, Problems problems) {
    try {
      return Optional.of(declaration.kind().define(declaration, scope, problems));
    } catch (HeadraceException e) {
      Location place = e.location().orElse(Location.of(declaration.origin().file()));
      problems.add(place, String.valueOf(e.getMessage()), e.hint());
      return Optional.empty();
    }
  }

  private static Scope scope(List<Found> files, Problems problems) {
    Map<String, Found> byTable = new LinkedHashMap<>();
    for (Found found : files) {
      for (String table : found.kind().tables(found.name())) {
        Found other = byTable.putIfAbsent(table.toLowerCase(Locale.ROOT), found);
        if (other != null) {
          problems.add(
              Location.of(found.file()),
              "The table '" + table + "' is published by " + other.file() + " too.",
              "Rename one of them.");
        }
      }
    }
    Set<String> tables = new TreeSet<>();
    byTable.forEach(
        (table, found) -> {
          if (found.kind().isBuilt()) {
            tables.add(table);
          }
        });
    Map<String, SortedSet<String>> byKind = new HashMap<>();
    files.forEach(
        found ->
            byKind.computeIfAbsent(found.kind().name(), _ -> new TreeSet<>()).add(found.name()));
    return scope(Collections.unmodifiableSet(tables), byKind);
  }

  private static Scope scope(Set<String> tables, Map<String, SortedSet<String>> byKind) {
    return new Scope() {
      @Override
      public Set<String> tables() {
        return tables;
      }

      @Override
      public SortedSet<String> assetsOf(String kind) {
        return byKind.getOrDefault(kind, Collections.emptySortedSet());
      }

      @Override
      public Optional<String> nearest(String name) {
        return Names.nearest(name, tables);
      }
    };
  }

  private static HeadraceException invalid(Path directory, Problems problems) {
    return problems.toException(
        ProjectError.PROJECT_INVALID,
        "Cannot load project '" + directory + "'",
        "Correct the files and run the same command again.");
  }

  private static HeadraceException notFound(Path directory) {
    boolean yml = Files.exists(directory.resolve("headrace.yml"));
    return new HeadraceException(
        ProjectError.PROJECT_NOT_FOUND,
        "Cannot load project '"
            + directory
            + "': "
            + (Files.isDirectory(directory)
                ? "there is no headrace.yaml."
                : "there is no such directory."),
        yml
            ? "Rename headrace.yml to headrace.yaml."
            : "Go to a project, name one with -p DIR, or make one with: headrace init");
  }
}

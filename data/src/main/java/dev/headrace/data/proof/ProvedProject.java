package dev.headrace.data.proof;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Project;
import dev.headrace.data.tables.TableSpec;
import dev.headrace.data.tables.TableSpec.Materialize;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A project as it is built for a proof.
 *
 * <p>Views are kept as tables: a view has no rows to compare, only a text that the comparing engine
 * would read in its own way. For the second engine everything but the sources gets another
 * identity, so that its tables are versions of their own in the same lake while the sources'
 * snapshots serve both.
 */
final class ProvedProject {
  /** The kind whose assets are raw files, loaded by the same code whatever the engine. */
  static final String SOURCE = "source";

  private ProvedProject() {}

  /** The assets as the reference engine builds them. */
  static Graph reference(Project project) {
    return Graph.of(with(project, ""));
  }

  /** The assets as the engine of that name builds them. */
  static Graph candidate(Project project, String engine) {
    return Graph.of(with(project, "\nengine " + engine));
  }

  private static Project with(Project project, String mark) {
    Map<String, Declaration<?>> declarations = new LinkedHashMap<>();
    Map<String, Definition> definitions = new LinkedHashMap<>();
    project
        .declarations()
        .forEach(
            (name, declaration) -> {
              declarations.put(name, stored(declaration));
              Definition definition = definition(project, name);
              definitions.put(
                  name,
                  declaration.kind().name().equals(SOURCE) ? definition : marked(definition, mark));
            });
    return new Project(project.directory(), project.config(), declarations, definitions);
  }

  private static Definition definition(Project project, String name) {
    Definition definition = project.definitions().get(name);
    if (definition == null) {
      throw new IllegalStateException("no definition of " + name);
    }
    return definition;
  }

  private static Definition marked(Definition of, String mark) {
    return new Definition(
        of.inputs(), of.checkedAgainst(), of.identity() + mark, of.audit(), of.key(), of.tags());
  }

  /** The declaration with a view's rows kept. */
  @SuppressWarnings("unchecked")
  private static Declaration<?> stored(Declaration<?> declaration) {
    if (!(declaration.spec() instanceof TableSpec spec) || spec.materialize() != Materialize.VIEW) {
      return declaration;
    }
    Declaration<TableSpec> view = (Declaration<TableSpec>) declaration;
    return new Declaration<>(
        view.kind(), view.name(), spec.keptAs(Materialize.TABLE), view.origin());
  }

  /** The given assets with all that has to be built before them. */
  static Set<String> withInputs(Graph graph, Set<String> selected) {
    Set<String> all = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(selected);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (all.add(name)) {
        graph.waitsFor(graph.get(name)).stream().map(Asset::name).forEach(open::push);
      }
    }
    return all;
  }
}

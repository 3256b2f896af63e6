package dev.headrace.data.sql;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a SELECT statement says about itself without anything being executed.
 *
 * @param tables names in FROM that are not CTEs in scope, each place once, in order of the text
 * @param parameters each use of a {@code $name}, in order of the text
 * @param tableFunctions functions called in FROM
 * @param restricted calls that a user's query may not make: functions that read files or reach into
 *     the engine
 * @param volatileCalls calls whose result differs from run to run, such as {@code random()}
 * @param fingerprint hash of the statement's meaning: white space, comments and positions do not
 *     change it
 */
public record SqlAnalysis(
    List<TableReference> tables,
    List<Parameter> parameters,
    List<Call> tableFunctions,
    List<Call> restricted,
    List<Call> volatileCalls,
    String fingerprint) {
  public SqlAnalysis {
    tables = List.copyOf(tables);
    parameters = List.copyOf(parameters);
    tableFunctions = List.copyOf(tableFunctions);
    restricted = List.copyOf(restricted);
    volatileCalls = List.copyOf(volatileCalls);
  }

  /**
   * A name in FROM.
   *
   * @param name the last part, as written but without quotes
   * @param qualifier the parts before it, such as a schema; mostly none
   * @param quoted whether it was written in quotes of either kind
   */
  public record TableReference(
      String name, List<String> qualifier, boolean quoted, Position position) {
    public TableReference {
      qualifier = List.copyOf(qualifier);
    }

    /** The name with its qualifier, as a message shows it. */
    public String fullName() {
      return qualifier.isEmpty() ? name : String.join(".", qualifier) + "." + name;
    }
  }

  /**
   * One use of a parameter.
   *
   * @param start offset of the dollar sign in the text
   * @param end offset behind the name
   */
  public record Parameter(String name, int start, int end) {}

  /** A function call, or a construct that amounts to one. */
  public record Call(String name, Position position) {}

  /** Whether the same inputs always give the same rows. */
  public boolean isDeterministic() {
    return volatileCalls.isEmpty();
  }

  /** Distinct names of the parameters. */
  public SortedSet<String> parameterNames() {
    SortedSet<String> names = new TreeSet<>();
    parameters.forEach(parameter -> names.add(parameter.name()));
    return names;
  }
}

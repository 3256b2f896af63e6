package dev.headrace.ml.learn.transform;

import dev.headrace.core.project.Names;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.transform.Compiled.Kind;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds columns and kinds for expressions over given inputs. */
final class Compiling {
  private final String feature;
  private final List<Transform.Input> inputs;

  private Compiling(String feature, List<Transform.Input> inputs) {
    this.feature = feature;
    this.inputs = inputs;
  }

  /**
   * Compiles.
   *
   * @throws HeadraceException LEARN_TRANSFORM where a column is missing or of another kind
   */
  static Compiled compile(String feature, RowExpression expression, List<Transform.Input> inputs) {
    Compiled compiled;
    try {
      compiled = new Compiling(feature, inputs).of(expression.node());
    } catch (KindMismatch e) {
      throw wrong(feature, String.valueOf(e.getMessage()), e.hint());
    }
    if (compiled.kind() == Kind.NOTHING) {
      throw wrong(feature, "it is null in every row", "Leave it out.");
    }
    return compiled;
  }

  private Compiled of(Node node) {
    return switch (node) {
      case Node.Figure(double number) -> Compiled.number((_, _) -> number);
      case Node.Text(String text) -> Compiled.text(new Times.TextLiteral(text));
      case Node.Truth(boolean holds) -> Compiled.truth((_, _) -> holds ? 1 : 0);
      case Node.Nothing _ -> Compiled.NOTHING;
      case Node.Moment(double seconds) -> Compiled.number(Kind.TIME, (_, _) -> seconds);
      case Node.Column(String name) -> column(name);
      case Node.Call(String name, List<Node> arguments) ->
          RowFunctions.make(name, arguments.stream().map(this::of).toList());
      case Node.Choice choice -> choice(choice);
    };
  }

  private Compiled column(String name) {
    for (int i = 0; i < inputs.size(); i++) {
      int place = i;
      Transform.Input input = inputs.get(i);
      if (input.column().equalsIgnoreCase(name)) {
        return switch (input.type()) {
          case TEXT -> Compiled.text((rows, row) -> rows.text(place, row));
          case NUMBER -> Compiled.number((rows, row) -> rows.number(place, row));
          case TIME -> Compiled.number(Kind.TIME, (rows, row) -> rows.number(place, row));
          case INSTANT -> Compiled.number(Kind.INSTANT, (rows, row) -> rows.number(place, row));
          case TRUTH ->
              Compiled.truth(
                  (rows, row) -> {
                    double value = rows.number(place, row);
                    return Double.isNaN(value) ? value : value == 0 ? 0 : 1;
                  });
        };
      }
    }
    throw wrong(
        feature,
        "there is no column '%s'".formatted(name),
        Names.suggest(
            name, inputs.stream().map(Transform.Input::column).collect(Collectors.toSet())));
  }

  private Compiled choice(Node.Choice choice) {
    List<Compiled.NumberAt> conditions = new ArrayList<>();
    List<Compiled> results = new ArrayList<>();
    Kind kind = Kind.NOTHING;
    for (Node.When when : choice.whens()) {
      conditions.add(new FunctionCall("case", List.of(of(when.condition()))).truth(0));
      results.add(of(when.result()));
    }
    results.add(choice.otherwise() == null ? Compiled.NOTHING : of(choice.otherwise()));
    for (Compiled result : results) {
      kind = FunctionCall.common("case", kind, result.kind());
    }
    return new Compiled(
        kind,
        (rows, row) -> chosen(conditions, results, rows, row).number().at(rows, row),
        (rows, row) -> chosen(conditions, results, rows, row).text().at(rows, row));
  }

  /** What is not chosen is not computed either: it may have no value. */
  private static Compiled chosen(
      List<Compiled.NumberAt> conditions, List<Compiled> results, Rows rows, int row) {
    for (int i = 0; i < conditions.size(); i++) {
      if (conditions.get(i).at(rows, row) == 1) {
        return results.get(i);
      }
    }
    return results.getLast();
  }

  private static HeadraceException wrong(String feature, String reason, String hint) {
    return new HeadraceException(
        LearnError.LEARN_TRANSFORM,
        "Cannot compute feature '%s': %s.".formatted(feature, reason),
        hint);
  }
}

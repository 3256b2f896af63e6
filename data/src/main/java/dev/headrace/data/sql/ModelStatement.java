package dev.headrace.data.sql;

import java.math.BigDecimal;
import java.util.List;

/**
 * {@code create [or replace] model [if not exists] NAME [transform(…)] [options(…)] as select …},
 * as BigQuery ML has it.
 *
 * @param transform in the order of the text; empty where nothing is computed
 * @param options in the order of the text
 * @param select the query, in its place: what stands before it is blank
 * @param place of the name
 */
public record ModelStatement(
    String name,
    IfThere ifThere,
    List<Item> transform,
    List<Option> options,
    String select,
    Position place) {
  public ModelStatement {
    transform = List.copyOf(transform);
    options = List.copyOf(options);
  }

  /** What becomes of a model of that name that is there. */
  public enum IfThere {
    REFUSE,
    REPLACE,
    KEEP
  }

  /** What a model is to learn from. */
  public sealed interface Item {
    /** The column as it is, or what is computed. */
    String name();

    Position place();
  }

  /** A column of the query. */
  public record Column(String name, Position place) implements Item {}

  /**
   * {@code EXPRESSION as NAME}.
   *
   * @param expression as written; nobody has looked at it yet
   */
  public record Computed(String name, String expression, Position place) implements Item {}

  /**
   * {@code NAME = VALUE}.
   *
   * @param name in lower case
   */
  public record Option(String name, Value value, Position place) {}

  /** What an option is set to. */
  public sealed interface Value {}

  /** In quotes of either kind. */
  public record Text(String text) implements Value {}

  public record Figure(BigDecimal number) implements Value {}

  /** {@code true} or {@code false}. */
  public record Truth(boolean holds) implements Value {}

  /** In brackets. */
  public record Several(List<Value> values) implements Value {
    public Several {
      values = List.copyOf(values);
    }
  }

  /**
   * What is written as a call, such as {@code hparam_range(0.1, 1)}.
   *
   * @param name in lower case
   */
  public record Call(String name, List<Value> arguments) implements Value {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }
}

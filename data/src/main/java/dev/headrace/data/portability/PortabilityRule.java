package dev.headrace.data.portability;

import java.util.List;

/**
 * Something that two engines do in different ways, and what to write instead.
 *
 * @param title what it is about
 * @param covers names of the constructs that are meant, see {@link
 *     dev.headrace.data.sql.SqlConstruct}
 * @param why what happens
 * @param instead what to write
 * @param differs statements that the engines answer in different ways
 * @param same statements that say it in the same way on all
 */
public record PortabilityRule(
    String title,
    List<String> covers,
    Level level,
    About about,
    String why,
    String instead,
    List<String> differs,
    List<String> same) {
  public PortabilityRule {
    covers = List.copyOf(covers);
    differs = List.copyOf(differs);
    same = List.copyOf(same);
  }

  /** What a use of the construct means. */
  public enum Level {
    /** The statement is not portable. */
    LEAVES,
    /** It is, unless the data hold what the rule names: nulls, zeros, fractions. */
    DEPENDS
  }

  /** What differs. */
  public enum About {
    /** The rows, or one engine refuses the statement. */
    ROWS,
    /** The type of a column of the result. */
    TYPE,
    /** The name of a column of the result. */
    NAME
  }
}

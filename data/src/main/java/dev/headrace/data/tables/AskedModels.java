package dev.headrace.data.tables;

import dev.headrace.core.plan.Published;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Watch;

/** Who answers the calls of models in the statements of tables: a floor above knows models. */
@FunctionalInterface
public interface AskedModels {
  /** For one step. */
  interface Answers extends AutoCloseable {
    /**
     * The same query without calls. What is predicted in it is predicted before this returns.
     *
     * @param statement its text has calls, and its relations are all that those may name
     */
    Query answer(Query statement);

    /** Deletes what answers were kept in; queries are not run any more. */
    @Override
    void close();
  }

  /**
   * Begins.
   *
   * @param published says which version of each model is shown
   */
  Answers open(Published published, Watch watch);
}

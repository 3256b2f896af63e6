/**
 * Models asked inside queries: {@code ml.predict(model churn, (select …))} and its kin become
 * relations that the rest of the statement reads like tables.
 *
 * <p>Read {@link dev.headrace.ml.sql.ModelQueries} first. The text of calls is found by {@link
 * dev.headrace.data.sql.ModelCalls}; what is told of a version comes from its card, predictions
 * from the model itself, in this process. This room publishes nothing: its files are gone when the
 * query is. {@code create model} is read here too, as a declaration ({@link
 * dev.headrace.ml.sql.ModelDeclaration}); the registry trains it.
 */
@NullMarked
package dev.headrace.ml.sql;

import org.jspecify.annotations.NullMarked;

package dev.headrace.ml.features;

import dev.headrace.spi.engine.Relation;

/**
 * What features are joined to: entities at moments, with whatever else is known of these.
 *
 * @param table its name, for messages
 * @param relation its rows
 * @param timeColumn the moment of each row: a date or timestamp
 */
public record Labels(String table, Relation relation, String timeColumn) {}

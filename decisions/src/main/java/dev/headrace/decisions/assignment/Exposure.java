package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * That a unit was given a variant of an experiment.
 *
 * @param flag its key
 * @param attributes of the unit, all of them
 */
public record Exposure(
    String experiment, String flag, String unit, String variant, JsonNode attributes) {}

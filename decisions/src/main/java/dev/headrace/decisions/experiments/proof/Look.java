package dev.headrace.decisions.experiments.proof;

import dev.headrace.decisions.experiments.analysis.ArmStatistics;

/**
 * What a look sees.
 *
 * @param untouched the treated units, had nothing been done to them
 */
record Look(ArmStatistics baseline, ArmStatistics untouched, ArmStatistics treated) {}

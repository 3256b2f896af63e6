/**
 * What comes back: effects, health, verdict, and how two reports differ.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.report.ExperimentReport}, then {@link
 * dev.headrace.decisions.experiments.report.Verdict}, which says in one sentence what follows, and
 * {@link dev.headrace.decisions.experiments.report.ReportDiff}. Values only: no clock, no chance,
 * no table.
 */
@NullMarked
package dev.headrace.decisions.experiments.report;

import org.jspecify.annotations.NullMarked;

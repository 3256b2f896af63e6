/**
 * The report of an experiment as one page that needs nothing else: {@link
 * dev.headrace.decisions.experiments.page.ReportPage}. Well-formed XML that browsers read as HTML,
 * with inline drawings; no scripts, no clock, so that the same report is the same page to the byte.
 */
@NullMarked
package dev.headrace.decisions.experiments.page;

import org.jspecify.annotations.NullMarked;

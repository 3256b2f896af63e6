/** What tests of all floors share: contract suites, fixtures, data makers. Never shipped. */
@NullMarked
package dev.headrace.testkit;

import org.jspecify.annotations.NullMarked;

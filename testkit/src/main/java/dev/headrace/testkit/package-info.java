/**
 * Fixtures and contract suites that the tests of all floors share. {@link
 * dev.headrace.testkit.Golden} holds expected output in files. Never part of what is shipped.
 */
@NullMarked
package dev.headrace.testkit;

import org.jspecify.annotations.NullMarked;

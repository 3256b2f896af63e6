/** What other programs see and do while a project is served. */
@NullMarked
package dev.headrace.cli.serve;

import org.jspecify.annotations.NullMarked;

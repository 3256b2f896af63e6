/** Maintenance as a user meets it: whole commands on a real project. */
@NullMarked
package dev.headrace.cli.maintenance;

import org.jspecify.annotations.NullMarked;

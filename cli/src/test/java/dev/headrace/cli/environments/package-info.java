/** Environments as a user meets them: whole commands on a real project. */
@NullMarked
package dev.headrace.cli.environments;

import org.jspecify.annotations.NullMarked;

/** The commands about features, typed as a user types them. */
@NullMarked
package dev.headrace.cli.features;

import org.jspecify.annotations.NullMarked;

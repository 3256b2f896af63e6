/** How the lake talks to Iceberg; closed to other rooms. */
@NullMarked
package dev.headrace.data.lake.internal;

import org.jspecify.annotations.NullMarked;

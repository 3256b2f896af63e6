/** How records become typed rows; closed to other rooms. */
@NullMarked
package dev.headrace.data.ingest.internal;

import org.jspecify.annotations.NullMarked;

/**
 * The contracts a plug-in implements and the value types that all floors share.
 *
 * <p>Depends on the JDK only. Read {@link dev.headrace.spi.engine.SqlEngine} first, then {@link
 * dev.headrace.spi.schema.Schema} and {@link dev.headrace.spi.error.HeadraceException}. Nothing
 * here does input or output.
 */
@NullMarked
package dev.headrace.spi;

import org.jspecify.annotations.NullMarked;

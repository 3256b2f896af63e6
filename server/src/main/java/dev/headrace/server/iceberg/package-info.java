/**
 * The Iceberg REST catalog, {@code /iceberg/v1}: the specification's requests and answers over
 * {@link dev.headrace.data.warehouse.Warehouses}.
 *
 * <p>Read {@link dev.headrace.server.iceberg.IcebergRoutes} first. Translates only: what a
 * warehouse shows and what a commit means is decided beneath.
 */
@NullMarked
package dev.headrace.server.iceberg;

import org.jspecify.annotations.NullMarked;

/**
 * What other programs see of the lake: one warehouse per environment, as an Iceberg catalog.
 *
 * <p>Read {@link dev.headrace.data.warehouse.Warehouses} first, then {@link
 * dev.headrace.data.warehouse.Warehouse}. A warehouse shows what the ledger has published, and
 * whatever other programs write through it becomes visible by one transaction of the ledger. It
 * speaks Iceberg's types and throws Iceberg's exceptions, because those are its language; HTTP is
 * the server's affair. It never executes SQL and never reads or writes a row.
 */
@NullMarked
package dev.headrace.data.warehouse;

import org.jspecify.annotations.NullMarked;

/**
 * The seam to what keeps the latest values of features for requests that cannot wait for the lake.
 *
 * <p>Read {@link dev.headrace.spi.online.OnlineStore} first, then {@link
 * dev.headrace.spi.online.ViewLayout}, {@link dev.headrace.spi.online.OnlineRow} for what goes in
 * and {@link dev.headrace.spi.online.OnlineRows} for what comes out. Keys and rows are bytes from
 * here on, in one form that all stores share; {@link dev.headrace.spi.online.KeyCodec} and {@link
 * dev.headrace.spi.online.RowCodec} say which.
 */
@NullMarked
package dev.headrace.spi.online;

import org.jspecify.annotations.NullMarked;

/**
 * The HTTP server that all rooms of this floor register with: keys, limits, time-outs, endings.
 *
 * <p>Read {@link dev.headrace.server.http.HttpServer} first, then {@link
 * dev.headrace.server.http.Routes}, which a room implements to be served. Knows no room.
 */
@NullMarked
package dev.headrace.server.http;

import org.jspecify.annotations.NullMarked;

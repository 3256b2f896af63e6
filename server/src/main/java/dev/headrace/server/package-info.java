/**
 * What one process serves: HTTP to the outside, the floors beneath to the inside.
 *
 * <p>Read {@link dev.headrace.server.http.HttpServer} and {@link dev.headrace.server.http.Routes}
 * first. A room here translates: it decides nothing that the floors beneath could decide.
 */
@NullMarked
package dev.headrace.server;

import org.jspecify.annotations.NullMarked;

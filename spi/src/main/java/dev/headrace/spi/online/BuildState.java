package dev.headrace.spi.online;

import java.time.Instant;
import java.util.Optional;

/**
 * What a store has of one build.
 *
 * @param serving whether reads of the view see this build
 * @param keys rows, one per key
 * @param bytes of keys and rows, without what the store needs to find them
 * @param completeTo everything known by then is in; empty while nobody has said so
 * @param source what was said last of where the rows come from; empty while nobody has
 */
public record BuildState(
    ViewLayout layout,
    boolean serving,
    long keys,
    long bytes,
    Optional<Instant> completeTo,
    String source) {}

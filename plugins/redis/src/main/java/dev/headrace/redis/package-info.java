/**
 * The online store for several machines: a Redis server that all of them reach.
 *
 * <p>Read {@link dev.headrace.redis.RedisStore}. Rows have the form that all stores share; which of
 * two rows wins is decided by the server, in a script, so that any number of machines may write.
 * Knows nothing of projects: the composition root hands in the address and the prefix.
 */
@NullMarked
package dev.headrace.redis;

import org.jspecify.annotations.NullMarked;

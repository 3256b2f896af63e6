/** A real Redis server for tests: {@link dev.headrace.testkit.redis.RedisServer}. */
@NullMarked
package dev.headrace.testkit.redis;

import org.jspecify.annotations.NullMarked;

package dev.headrace.redis;

import java.time.Duration;
import java.util.Optional;

/**
 * Where a server is and how it is spoken with.
 *
 * @param database its number, 0 unless the server is shared by number
 * @param user who connects; empty for the server's default user
 * @param patience how long to wait for a connection or an answer
 */
public record RedisAddress(
    String host,
    int port,
    int database,
    boolean encrypted,
    Optional<String> user,
    Optional<String> password,
    Duration patience) {

  /** The address without user and password. */
  @Override
  public String toString() {
    return (encrypted ? "rediss://" : "redis://") + host + ":" + port + "/" + database;
  }
}

package dev.headrace.redis;

import java.nio.charset.StandardCharsets;

/**
 * What the server does as one step each. The first sixteen bytes of a row are its times, such that
 * bytes compare as times do; Lua's own comparison of texts would go by the server's language.
 */
final class RedisScripts {
  private static final String LATER =
      """
      local function before(a, b, count)
        for i = 1, count do
          local x, y = string.byte(a, i), string.byte(b, i)
          if x ~= y then return x < y end
        end
        return false
      end
      """;

  /** Keys: builds, rows, bytes. Arguments: build, then key and row in turn. Rows written, or -1. */
  static final byte[] PUT =
      bytes(
          LATER
              + """
              if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return -1 end
              local written, bytes = 0, 0
              for i = 2, #ARGV, 2 do
                local old = redis.call('HGET', KEYS[2], ARGV[i])
                if not old or not before(ARGV[i + 1], old, 16) then
                  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
                  written = written + 1
                  bytes = bytes + #ARGV[i + 1] + (old and -#old or #ARGV[i])
                end
              end
              redis.call('HINCRBY', KEYS[3], ARGV[1], bytes)
              return written
              """);

  /** Keys: builds. Arguments: build, layout. The layout that the build has now. */
  static final byte[] BEGIN =
      bytes(
          """
          redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
          return redis.call('HGET', KEYS[1], ARGV[1])
          """);

  /**
   * Keys: builds, complete, sources. Arguments: build, time as eight bytes, source. 1, or -1 for no
   * build.
   */
  static final byte[] COMPLETE =
      bytes(
          LATER
              + """
              if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return -1 end
              local old = redis.call('HGET', KEYS[2], ARGV[1])
              redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
              if not old or before(old, ARGV[2], 8) then
                redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
              end
              return 1
              """);

  /** Keys: builds, serving. Arguments: build's whole name, view, build. 1, or -1 for no build. */
  static final byte[] SERVE =
      bytes(
          """
          if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return -1 end
          redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
          return 1
          """);

  /** Keys: builds, serving, complete, bytes, rows, sources. Arguments as of {@link #SERVE}. */
  static final byte[] DROP =
      bytes(
          """
          if redis.call('HGET', KEYS[2], ARGV[2]) == ARGV[3] then
            redis.call('HDEL', KEYS[2], ARGV[2])
          end
          redis.call('HDEL', KEYS[1], ARGV[1])
          redis.call('HDEL', KEYS[3], ARGV[1])
          redis.call('HDEL', KEYS[4], ARGV[1])
          redis.call('HDEL', KEYS[6], ARGV[1])
          redis.call('UNLINK', KEYS[5])
          return 1
          """);

  private RedisScripts() {}

  private static byte[] bytes(String script) {
    return script.getBytes(StandardCharsets.UTF_8);
  }
}

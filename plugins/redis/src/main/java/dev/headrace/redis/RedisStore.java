package dev.headrace.redis;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.LayoutCodec;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.OnlineStore;
import dev.headrace.spi.online.PutReport;
import dev.headrace.spi.online.RowBytes;
import dev.headrace.spi.online.RowCodec;
import dev.headrace.spi.online.ViewLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisException;

/**
 * An online store on a Redis server, version 6 or later, that any number of machines may read and
 * write. What an acknowledged write survives is the server's affair: its own {@code appendonly} and
 * {@code appendfsync}.
 *
 * <p>A read is one round trip. The layouts of builds, which never change, are remembered. Every
 * call that meets a broken connection is tried once more over a new one, since all of them may be
 * repeated.
 */
public final class RedisStore implements OnlineStore {
  private static final int CONNECTIONS = 32;
  private static final int CHUNK_ROWS = 500;
  private static final long CHUNK_BYTES = 1 << 20;
  private static final long MISSING = -1;

  private final RedisClient client;
  private final RedisKeys keys;
  private final RedisFailures failures;
  private final Map<String, ViewLayout> layouts = new ConcurrentHashMap<>();

  private RedisStore(RedisClient client, RedisKeys keys, RedisFailures failures) {
    this.client = client;
    this.keys = keys;
    this.failures = failures;
  }

  /**
   * A store that connects when it is first used.
   *
   * @param prefix what all its names on the server begin with
   */
  public static RedisStore open(RedisAddress address, String prefix) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(Math.toIntExact(address.patience().toMillis()))
            .socketTimeoutMillis(Math.toIntExact(address.patience().toMillis()))
            .database(address.database())
            .clientName("headrace");
    if (address.encrypted()) {
      config.sslOptions(SslOptions.defaults());
    }
    address.user().ifPresent(config::user);
    address.password().ifPresent(config::password);
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(CONNECTIONS);
    pool.setMaxIdle(CONNECTIONS);
    pool.setMaxWait(address.patience());
    RedisClient client =
        RedisClient.builder()
            .hostAndPort(new HostAndPort(address.host(), address.port()))
            .clientConfig(config.build())
            .poolConfig(pool)
            .build();
    return new RedisStore(client, new RedisKeys(prefix), new RedisFailures(address));
  }

  @Override
  public String name() {
    return "redis";
  }

  /** Does work, once more if a connection turns out to be broken. */
  private <T extends @Nullable Object> T ask(Function<RedisClient, T> work) {
    try {
      try {
        return work.apply(client);
      } catch (JedisException e) {
        if (!RedisFailures.isBrokenConnection(e)) {
          throw e;
        }
        client.getPool().clear(); // The others that rest there are as old.
        return work.apply(client);
      }
    } catch (JedisException e) {
      throw failures.tell(e);
    }
  }

  private Object run(byte[] script, List<byte[]> names, List<byte[]> arguments) {
    return ask(redis -> redis.eval(script, names, arguments));
  }

  private static byte[] field(BuildId id) {
    return RedisKeys.bytes(id.toString());
  }

  @Override
  public void begin(ViewLayout layout) {
    byte[] wanted = LayoutCodec.encode(layout);
    byte[] known =
        (byte[]) run(RedisScripts.BEGIN, List.of(keys.builds), List.of(field(layout.id()), wanted));
    if (!Arrays.equals(known, wanted)) {
      throw OnlineError.layoutDiffers(decode(known), layout);
    }
    layouts.put(layout.id().toString(), layout);
  }

  private ViewLayout decode(byte[] layout) {
    if (LayoutCodec.version(layout) != RowCodec.VERSION) {
      throw new HeadraceException(
          OnlineError.ONLINE_STORE_TOO_NEW,
          "Cannot read online store: its rows are of version %d, and this Headrace reads %d."
              .formatted(LayoutCodec.version(layout), RowCodec.VERSION),
          "Use the same Headrace on all machines, then build the views again.");
    }
    return LayoutCodec.decode(layout);
  }

  @Override
  public PutReport put(BuildId build, List<OnlineRow> rows) {
    ViewLayout layout = layout(build.toString());
    if (layout == null) {
      throw OnlineError.buildMissing(build);
    }
    PutReport sum = new PutReport(0, 0);
    int from = 0;
    while (from < rows.size()) {
      List<byte[]> arguments = new ArrayList<>();
      arguments.add(field(build));
      int to = from;
      long bytes = 0;
      while (to < rows.size() && to - from < CHUNK_ROWS && bytes < CHUNK_BYTES) {
        OnlineRow row = rows.get(to++);
        if (!row.layout().equals(layout)) {
          throw OnlineError.layoutDiffers(layout, row.layout());
        }
        arguments.add(row.key().bytes());
        arguments.add(row.bytes());
        bytes += row.bytes().length;
      }
      long written =
          require(
              build,
              run(RedisScripts.PUT, List.of(keys.builds, keys.rows(build), keys.bytes), arguments));
      sum = sum.plus(new PutReport(written, to - from - written));
      from = to;
    }
    return sum;
  }

  private long require(BuildId build, Object answer) {
    long number = (Long) answer;
    if (number == MISSING) {
      layouts.remove(build.toString());
      throw OnlineError.buildMissing(build);
    }
    return number;
  }

  @Override
  public void complete(BuildId build, Instant upTo, String source) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, upTo);
    byte[] time = ByteBuffer.allocate(Long.BYTES).putLong(micros ^ Long.MIN_VALUE).array();
    require(
        build,
        run(
            RedisScripts.COMPLETE,
            List.of(keys.builds, keys.complete, keys.sources),
            List.of(field(build), time, RedisKeys.bytes(source))));
  }

  @Override
  public void serve(BuildId build) {
    require(
        build,
        run(
            RedisScripts.SERVE,
            List.of(keys.builds, keys.serving),
            List.of(field(build), RedisKeys.bytes(build.view()), RedisKeys.bytes(build.build()))));
  }

  @Override
  public void drop(BuildId build) {
    run(
        RedisScripts.DROP,
        List.of(
            keys.builds, keys.serving, keys.complete, keys.bytes, keys.rows(build), keys.sources),
        List.of(field(build), RedisKeys.bytes(build.view()), RedisKeys.bytes(build.build())));
    layouts.remove(build.toString());
  }

  @Override
  public OnlineRows read(String view, List<EntityKey> entities, Instant at) {
    byte[][] fields = entities.stream().map(EntityKey::bytes).toArray(byte[][]::new);
    BuildId expected = servedNow(view);
    while (true) {
      Answer answer = ask(view, expected, fields);
      ViewLayout layout = layout(expected.toString());
      if (answer.serving().equals(expected) && layout != null) {
        lastServed.put(view, expected);
        return new OnlineRows(layout, answer.rows(), at, answer.completeTo(), answer.source());
      }
      expected = answer.serving(); // Another build serves since: its rows are asked for.
    }
  }

  /** What answered last; asking it again saves a round trip, and the answer says if it is wrong. */
  private final Map<String, BuildId> lastServed = new ConcurrentHashMap<>();

  private BuildId servedNow(String view) {
    BuildId last = lastServed.get(view);
    return last != null ? last : serving(view).orElseThrow(() -> OnlineError.viewMissing(view));
  }

  private Optional<BuildId> serving(String view) {
    byte[] build = ask(redis -> redis.hget(keys.serving, RedisKeys.bytes(view)));
    return Optional.ofNullable(build)
        .map(name -> new BuildId(view, new String(name, StandardCharsets.UTF_8)));
  }

  @SuppressWarnings("ArrayRecordComponent") // Handed on at once.
  private record Answer(
      BuildId serving, Optional<Instant> completeTo, String source, @Nullable RowBytes[] rows) {}

  /** Which build serves, how complete the expected one is, and then its rows; in this order. */
  private Answer ask(String view, BuildId expected, byte[][] fields) {
    return ask(
        redis -> {
          try (Pipeline pipeline = redis.pipelined()) {
            Response<byte[]> serving = pipeline.hget(keys.serving, RedisKeys.bytes(view));
            Response<byte[]> complete = pipeline.hget(keys.complete, field(expected));
            Response<byte[]> source = pipeline.hget(keys.sources, field(expected));
            Response<List<byte[]>> rows =
                fields.length == 0 ? null : pipeline.hmget(keys.rows(expected), fields);
            pipeline.sync();
            byte[] build = serving.get();
            if (build == null) {
              lastServed.remove(view);
              throw OnlineError.viewMissing(view);
            }
            return new Answer(
                new BuildId(view, new String(build, StandardCharsets.UTF_8)),
                time(complete.get()),
                text(source.get()),
                rows == null ? new RowBytes[0] : rows(rows.get()));
          }
        });
  }

  private static @Nullable RowBytes[] rows(List<byte[]> answered) {
    @Nullable RowBytes[] rows = new RowBytes[answered.size()];
    for (int i = 0; i < rows.length; i++) {
      byte @Nullable [] row = answered.get(i); // Null where Redis has none.
      rows[i] = row == null ? null : RowBytes.of(row);
    }
    return rows;
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  private static Optional<Instant> time(byte @Nullable [] bytes) {
    return bytes == null
        ? Optional.empty()
        : Optional.of(
            Instant.EPOCH.plus(
                ByteBuffer.wrap(bytes).getLong() ^ Long.MIN_VALUE, ChronoUnit.MICROS));
  }

  private @Nullable ViewLayout layout(String build) {
    ViewLayout known = layouts.get(build);
    if (known != null) {
      return known;
    }
    byte[] bytes = ask(redis -> redis.hget(keys.builds, RedisKeys.bytes(build)));
    if (bytes == null) {
      return null;
    }
    ViewLayout layout = decode(bytes);
    layouts.put(build, layout);
    return layout;
  }

  @Override
  public Optional<ViewLayout> served(String view) {
    return serving(view).map(build -> layout(build.toString()));
  }

  @Override
  public List<BuildState> builds() {
    List<BuildState> states = new ArrayList<>();
    Map<byte[], byte[]> builds = ask(redis -> redis.hgetAll(keys.builds));
    for (byte[] encoded : builds.values()) {
      ViewLayout layout = decode(encoded);
      BuildId id = layout.id();
      byte[] bytes = ask(redis -> redis.hget(keys.bytes, field(id)));
      byte[] source = ask(redis -> redis.hget(keys.sources, field(id)));
      states.add(
          new BuildState(
              layout,
              serving(id.view()).equals(Optional.of(id)),
              ask(redis -> redis.hlen(keys.rows(id))),
              bytes == null ? 0 : Long.parseLong(new String(bytes, StandardCharsets.UTF_8)),
              time(ask(redis -> redis.hget(keys.complete, field(id)))),
              text(source)));
    }
    states.sort(
        Comparator.comparing((BuildState state) -> state.layout().id().view())
            .thenComparing(state -> state.layout().id().build()));
    return states;
  }

  @Override
  public void close() {
    client.close();
  }
}

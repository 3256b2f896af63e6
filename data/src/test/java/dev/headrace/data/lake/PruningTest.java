package dev.headrace.data.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Leaving out files never leaves out a row: random values of every type against a full scan. */
class PruningTest {
  private static final int VALUES = 240;
  private static final int FILES = 8;
  private static final int QUERIES = 60;
  private static final String[] ALPHABET = {
    "a",
    "b",
    "é",
    "ß",
    "İ",
    "z",
    "\uD7FF",
    "\uE000",
    "\uFFFD",
    "\uFFFF",
    "𝒳",
    "😀",
    "\uDBFF\uDFFF",
    "'",
    "\"",
    " "
  };

  @TempDir Path directory;

  /** A type, how to make a value of it, and whether files can be told apart by it. */
  record Domain(String name, Type type, Function<SplittableRandom, Object> value, boolean prunes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Domain> domains() {
    return Stream.of(
        new Domain("boolean", Type.Primitive.BOOLEAN, SplittableRandom::nextBoolean, true),
        new Domain("int", Type.Primitive.INT, r -> r.nextInt() >> r.nextInt(31), true),
        new Domain("long", Type.Primitive.LONG, r -> r.nextLong() >> r.nextInt(63), true),
        new Domain("float", Type.Primitive.FLOAT, r -> (float) real(r), true),
        new Domain("double", Type.Primitive.DOUBLE, PruningTest::real, true),
        new Domain("date", Type.Primitive.DATE, r -> time(r).toLocalDate(), true),
        new Domain(
            "time",
            Type.Primitive.TIME,
            r -> LocalTime.ofNanoOfDay(r.nextLong(86_400_000_000L) * 1_000),
            true),
        new Domain("timestamp", Type.Primitive.TIMESTAMP, PruningTest::time, true),
        new Domain(
            "timestamptz",
            Type.Primitive.TIMESTAMPTZ,
            r -> time(r).toInstant(ZoneOffset.UTC),
            true),
        new Domain("string", Type.Primitive.STRING, PruningTest::text, true),
        new Domain("uuid", Type.Primitive.UUID, r -> new UUID(r.nextLong(), r.nextLong()), false),
        new Domain("decimal(9,2)", new Type.Decimal(9, 2), r -> decimal(r, 9, 2), true),
        new Domain("decimal(18,0)", new Type.Decimal(18, 0), r -> decimal(r, 18, 0), true),
        new Domain("decimal(38,10)", new Type.Decimal(38, 10), r -> decimal(r, 38, 10), true));
  }

  @ParameterizedTest
  @MethodSource("domains")
  void files_holdEveryMatchingRow(Domain domain) {
    SplittableRandom random = new SplittableRandom(20_260_101);
    VersionId version = new VersionId("t", "00000000000a");
    try (Lake lake = Lake.open(LakeConfig.in(directory));
        DuckFiles duck = new DuckFiles()) {
      List<Object> values = new ArrayList<>();
      duck.execute("create table r (c " + DuckFiles.sql(domain.type()) + ")");
      for (int i = 0; i < VALUES; i++) {
        Object value = domain.value().apply(random);
        values.add(value);
        duck.execute("insert into r values (" + literal(domain.type(), value) + "), (null)");
        if (i % 2 == 0) {
          duck.execute("delete from r where c is null");
        }
      }
      Schema nested =
          new Schema(
              List.of(
                  Field.unassigned("c", domain.type()),
                  Field.unassigned(
                      "s", new Type.Struct(List.of(Field.unassigned("n", domain.type()))))));
      Schema ids = lake.assignIds(version, Optional.empty(), nested, Evolution.WIDEN);
      List<WrittenFile> files = new ArrayList<>();
      for (int i = 1; i <= FILES; i++) {
        files.addAll(
            duck.write(
                lake.stagingDirectory(version),
                ids,
                "select c, {'n': c} as s from (select c, ntile("
                    + FILES
                    + ") over (order by c) as g from r) where g = "
                    + i));
      }
      Snapshot snapshot =
          lake.commit(
              new Commit(
                  version,
                  Optional.empty(),
                  ids,
                  Layout.whole(),
                  new Change.Append(files),
                  Map.of()));
      Relation.Files all = lake.scan(version, snapshot.snapshotId());
      int leftOut = 0;
      for (int i = 0; i < QUERIES; i++) {
        Object lower = values.get(random.nextInt(VALUES));
        Object upper = values.get(random.nextInt(VALUES));
        boolean open = i % 7 == 0;
        Relation.Files some =
            lake.scan(
                version,
                snapshot.snapshotId(),
                new Between(i % 2 == 0 ? "c" : "S.N", lower, open ? null : upper));
        String where =
            "c >= "
                + literal(domain.type(), lower)
                + (open ? "" : " and c <= " + literal(domain.type(), upper));
        assertThat(duck.query(some, "select count(*) from t where " + where))
            .as(where)
            .isEqualTo(duck.query(all, "select count(*) from t where " + where));
        leftOut += all.files().size() - some.files().size();
      }
      assertThat(leftOut > QUERIES).isEqualTo(domain.prunes());
      for (FileEntry file : lake.files(version, snapshot.snapshotId())) {
        assertThat(file.columns()).containsKey(1);
      }
    }
  }

  private static double real(SplittableRandom random) {
    return switch (random.nextInt(25)) {
      case 0 -> -0.0;
      case 1 -> 0.0;
      case 2 -> random.nextInt(4) == 0 ? Double.NaN : 1;
      case 3 -> Double.POSITIVE_INFINITY;
      case 4 -> Double.NEGATIVE_INFINITY;
      default -> (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-20, 20)));
    };
  }

  private static LocalDateTime time(SplittableRandom random) {
    // 1830 to 2110 in microseconds
    return LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC)
        .plus(random.nextLong(-4_400_000_000_000_000L, 4_400_000_000_000_000L), ChronoUnit.MICROS);
  }

  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(24);
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
    }
    // Many values share a long start, so that cut bounds decide.
    return random.nextInt(3) == 0
        ? "\uDBFF\uDFFF".repeat(random.nextInt(14, 20)) + text
        : text.toString();
  }

  private static BigDecimal decimal(SplittableRandom random, int precision, int scale) {
    BigInteger bound = BigInteger.TEN.pow(random.nextInt(1, precision + 1));
    byte[] bits = new byte[20];
    random.nextBytes(bits);
    return new BigDecimal(new BigInteger(bits).remainder(bound), scale);
  }

  private static String literal(Type type, Object value) {
    String text =
        value instanceof Instant instant
            ? instant.toString()
            : value instanceof Double number && number.isInfinite()
                    || value instanceof Float real && real.isInfinite()
                ? value.toString().replace("Infinity", "inf")
                : value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    return "cast('" + text.replace("'", "''") + "' as " + DuckFiles.sql(type) + ")";
  }
}

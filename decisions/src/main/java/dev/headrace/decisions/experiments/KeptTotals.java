package dev.headrace.decisions.experiments;

import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.release.ChangedDays;
import dev.headrace.data.release.Relations;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.decisions.experiments.Kept.Added;
import dev.headrace.decisions.experiments.Kept.Layer;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The totals of experiments' units, kept from one analysis to the next, so that a further day costs
 * what that day's rows cost.
 *
 * <p>Squares of totals do not add up over days, totals do. So a row per unit is kept, and the sums
 * of all of them. Rows of later days are added up by unit and kept above those totals, and the sums
 * change by what that changes of each unit; units that other rows are about get new totals, and the
 * sums change by what these differ from those in whose place they are. Sums are exact, so the
 * result is the very same as that of the whole statement. What is kept is a memory of what lies in
 * the lake: deleting it loses time and nothing else.
 */
public final class KeptTotals {
  /** Changes with the meaning of what is kept. */
  private static final String FORM = "3";

  /**
   * An engine holds some 20 to 40 bytes for each total while it adds up rows. Where all units at
   * once do not fit into memory, reading rows again costs less than writing totals away.
   */
  private static final long TOTALS_AT_ONCE = 60_000_000;

  private final Path directory;
  private final Lake lake;
  private final long totalsAtOnce;

  /**
   * @param directory this class's own; made when needed
   */
  public KeptTotals(Path directory, Lake lake) {
    this(directory, lake, TOTALS_AT_ONCE);
  }

  /**
   * @param totalsAtOnce units times totals of each that are added up at once; of more, in turns
   */
  public KeptTotals(Path directory, Lake lake, long totalsAtOnce) {
    this.directory = directory;
    this.lake = lake;
    this.totalsAtOnce = totalsAtOnce;
  }

  /** Sums, and what was done to get them. */
  record Result(Sums sums, Advance advance) {}

  /**
   * The sums of an experiment.
   *
   * @param sql the whole statement, which says the same
   * @param types of the values
   */
  Sums sums(
      String experiment,
      ExperimentSpec spec,
      UnitScan scan,
      String sql,
      List<Type> types,
      Published published,
      Scanner scanner,
      Watch watch) {
    Path place = directory.resolve(experiment).resolve(published.environment());
    try {
      Files.createDirectories(place);
      try (FileChannel channel =
              FileChannel.open(
                  place.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          @Nullable FileLock lock = tryLock(channel)) {
        if (lock == null) {
          return scanner.sums(scan, sql, watch); // Somebody else is at it.
        }
        return new Turn(place, spec, scan, types, published, scanner, watch).sums(sql);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** One experiment's turn, while nobody else writes its directory. */
  private final class Turn {
    private final Path place;
    private final ExperimentSpec spec;
    private final UnitScan scan;
    private final List<Type> types;
    private final Published published;
    private final Scanner scanner;
    private final Watch watch;
    private final Schema unit;
    private final Schema row;

    Turn(
        Path place,
        ExperimentSpec spec,
        UnitScan scan,
        List<Type> types,
        Published published,
        Scanner scanner,
        Watch watch) {
      this.place = place;
      this.spec = spec;
      this.scan = scan;
      this.types = types;
      this.published = published;
      this.scanner = scanner;
      this.watch = watch;
      Schema described = scanner.schema(scan, scan.totals().kept());
      List<Field> fields = new ArrayList<>();
      described
          .fields()
          .forEach(field -> fields.add(new Field(fields.size() + 1, field.name(), field.type())));
      this.row = new Schema(fields);
      this.unit = Layers.unit(row);
    }

    Sums sums(String sql) {
      String definition =
          digest(String.join("\n", FORM, scanner.engine().name(), sql, row.toString()));
      Optional<Kept> kept = Kept.read(place);
      Advance advance =
          Advance.of(kept, definition, scan, spec.assignments(), published, new ChangedDays(lake));
      Map<String, Kept.State> states = Advance.states(scan, published);
      return switch (advance) {
        case Advance.Nothing _ -> kept.orElseThrow().sums();
        case Advance.Past _ -> scanner.sums(scan, sql, watch);
        case Advance.Anew _ -> keep(anew(definition, states));
        case Advance.Days days -> keep(merged(further(kept.orElseThrow(), days, states)));
      };
    }

    private Sums keep(Kept kept) {
      kept.write(place);
      sweep(new HashSet<>(kept.files()));
      return kept.sums();
    }

    /** Files of attempts that were not finished, and of layers that were merged. */
    private void sweep(Set<String> wanted) {
      try (Stream<Path> files = Files.list(place)) {
        for (Path file : files.toList()) {
          if (file.toString().endsWith(".parquet") && !wanted.contains(file.toString())) {
            Files.deleteIfExists(file);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Kept anew(String definition, Map<String, Kept.State> states) {
      int parts = parts();
      List<WrittenFile> files = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        String sql = parts == 1 ? scan.totals().kept() : scan.totals().kept(part, parts);
        files.addAll(write(scanner.over(scan, sql, Map.of(), Map.of()), row, "all"));
      }
      Layer base = layer(files, List.of(), Added.NOTHING);
      return new Kept(definition, states, List.of(base), sumsOf(layers(List.of(base)).totals()));
    }

    /** In how many turns all units are added up, so that each fits into memory. */
    private int parts() {
      if ((double) scanner.rows(scan, spec.assignments()) * scan.columns() <= totalsAtOnce) {
        return 1;
      }
      // There are fewer units than exposures.
      Query query = scanner.over(scan, scan.exposure().numberOfUnits(), Map.of(), Map.of());
      try (Rows rows = scanner.engine().execute(query, watch)) {
        List<@Nullable Object> first = rows.next();
        double units = first != null && first.getFirst() instanceof Number n ? n.doubleValue() : 0;
        return (int) Math.max(1, Math.ceil(units * scan.columns() / totalsAtOnce));
      }
    }

    private Kept further(Kept kept, Advance.Days days, Map<String, Kept.State> states) {
      List<WrittenFile> changed =
          days.redone().isEmpty() ? List.of() : write(changed(kept, days), unit, "changed");
      Layers before = layers(kept.layers());
      List<WrittenFile> fresh =
          changed.isEmpty() ? List.of() : write(redone(changed), row, "redone");
      Added added = days.later().isEmpty() ? Added.NOTHING : added(kept, days, before);
      Layer layer = layer(fresh, changed, added);
      List<Layer> layers = new ArrayList<>(kept.layers());
      layers.add(layer);
      Layers after = layers(layers);
      Sums sums = sums(kept.sums(), before, layer, after).orElseGet(() -> sumsOf(after.totals()));
      return new Kept(kept.definition(), states, layers, sums);
    }

    /** The totals of changed units, from all their rows. */
    private Query redone(List<WrittenFile> changed) {
      Map<String, Relation> relations =
          Map.of(UnitScan.CHANGED, Layers.files(unit, paths(changed), rows(changed)));
      String sql = scan.totals().keptOfChanged(firstExposed(relations));
      return scanner.over(scan, sql, relations, Map.of());
    }

    /** What later days add to the totals of units that are known. */
    private Added added(Kept kept, Advance.Days days, Layers before) {
      Map<String, String> conditions = new LinkedHashMap<>();
      Map<String, Object> parameters = new HashMap<>();
      days.later()
          .forEach(
              (table, ranges) ->
                  conditions.put(table, within(time(table), ranges, table, parameters)));
      boolean exposedBefore = exposedBefore(kept, days);
      List<Integer> columns = scan.totals().addedColumns(conditions.keySet(), exposedBefore);
      if (columns.isEmpty()) {
        return Added.NOTHING;
      }
      Query query =
          scanner.over(
              scan,
              scan.totals().added(conditions, exposedBefore),
              Map.of(UnitScan.TOTALS, before.known()),
              parameters);
      List<WrittenFile> files = write(query, Layers.added(row, columns), "added");
      return new Added(paths(files), rows(files), columns);
    }

    /** The sums with a layer above those they are of; empty where all units have to be asked. */
    private Optional<Sums> sums(Sums kept, Layers before, Layer layer, Layers after) {
      if (new SumSql(scan).dependsOnAll() || !kept.isFinite()) {
        return Optional.empty();
      }
      Optional<Sums> sums = Optional.of(kept);
      if (!layer.naming().isEmpty()) {
        Sums fresh = sumsOf(Layers.files(row, layer.files(), layer.rows()));
        Sums old = sumsOf(before.totalsOf(Layers.files(unit, layer.naming(), layer.rows())));
        sums = fresh.isFinite() ? kept.replacing(old, fresh) : Optional.empty();
      }
      if (sums.isPresent() && !layer.added().isNothing()) {
        Sums.Change change = change(before, after, layer.added().columns());
        sums = change.isFinite() ? change.of(sums.get()) : Optional.empty();
      }
      return sums;
    }

    private Sums.Change change(Layers before, Layers after, List<Integer> columns) {
      Relation added = after.lastAdded();
      Query query =
          Query.of(
              new SumSql(scan).changes(columns, types),
              Map.of(UnitScan.TOTALS, before.totalsOf(added), SumSql.ADDED, added));
      try (Rows rows = scanner.engine().execute(query, watch)) {
        return Sums.changes(rows, scanner.zone());
      }
    }

    /** Units that came with the newest day have no rows of long ago that count. */
    private Optional<LocalDate> firstExposed(Map<String, Relation> relations) {
      if (scan.exposedAt().isEmpty()) {
        return Optional.empty();
      }
      Query query = scanner.over(scan, scan.exposure().firstOfChanged(), relations, Map.of());
      try (Rows rows = scanner.engine().execute(query, watch)) {
        List<@Nullable Object> first = rows.next();
        return first == null ? Optional.empty() : Sums.day(first.getFirst(), scanner.zone());
      }
    }

    /** Whether all that is kept was exposed before the first of the later days. */
    private boolean exposedBefore(Kept kept, Advance.Days days) {
      boolean zoned =
          scan.exposedAt().map(at -> at.type() == Type.Primitive.TIMESTAMPTZ).orElse(false);
      // Days of instants begin in the project's zone in the one, in UTC in the other.
      long slack = zoned ? 2 : 1;
      return kept.sums()
          .newestExposure()
          .map(newest -> newest.plusDays(slack))
          .filter(
              first ->
                  days.later().values().stream()
                      .noneMatch(later -> later.ranges().getFirst().from().isBefore(first)))
          .isPresent();
    }

    /** Later layers make reading slower: once they hold as much as the first, all are one. */
    private Kept merged(Kept kept) {
      double later = kept.layers().stream().skip(1).mapToDouble(this::wholeRows).sum();
      if (later <= kept.layers().getFirst().rows()) {
        return kept;
      }
      Relation all = layers(kept.layers()).totals();
      Query query = Query.of("select * from " + UnitScan.TOTALS, Map.of(UnitScan.TOTALS, all));
      Layer one = layer(write(query, row, "merged"), List.of(), Added.NOTHING);
      return new Kept(kept.definition(), kept.tables(), List.of(one), kept.sums());
    }

    /** What a layer holds, in rows of all columns. */
    private double wholeRows(Layer layer) {
      Added added = layer.added();
      return layer.rows() + (double) added.rows() * added.columns().size() / scan.columns();
    }

    private Layers layers(List<Layer> layers) {
      return new Layers(scan, row, layers);
    }

    /** The units that rows of changed days are about, before and now. */
    private Query changed(Kept kept, Advance.Days days) {
      Map<String, Relation> relations = new HashMap<>();
      List<String> selects = new ArrayList<>();
      days.redone()
          .forEach(
              (table, ranges) -> {
                Map<String, Object> parameters = new HashMap<>();
                String condition = within(time(table), ranges, table, parameters);
                String sql = String.join("\nunion all\n", named(table, condition));
                Query now = scanner.over(scan, sql, Map.of(), parameters);
                Query before =
                    scanner.over(scan, sql, Map.of(table, earlier(table, kept)), parameters);
                for (Query query : List.of(now, before)) {
                  String name = "named_" + selects.size();
                  relations.put(name, new Relation.View(query));
                  selects.add("select unit from " + name);
                }
              });
      return Query.of(
          "select distinct unit from (\n"
              + String.join("\nunion all\n", selects)
              + "\n) as named where unit is not null",
          relations);
    }

    /** Whom rows of a table are about, in each of its roles. */
    private Set<String> named(String table, String condition) {
      Set<String> selects = new LinkedHashSet<>();
      if (table.equals(key(spec.assignments()))) {
        selects.add(
            "select %s as unit from %s where %s"
                .formatted(
                    SqlQuotes.identifier(spec.unit()),
                    SqlQuotes.identifier(spec.assignments()),
                    condition));
      }
      for (UnitScan.Column column : scan.parts()) {
        for (UnitMeasure.Rows rows : column.measure().rows()) {
          if (rows.table().equals(table)) {
            selects.add(
                "select %s as unit %s where %s"
                    .formatted(rows.unit(), rows.source().replace('\n', ' '), condition));
          }
        }
      }
      return selects;
    }

    private Relation earlier(String table, Kept kept) {
      Publication.Content content = published.table(table).orElseThrow().content();
      String state = Objects.requireNonNull(kept.tables().get(table)).state();
      return lake.scan(Relations.version(content), Long.parseLong(state.substring(1)));
    }

    private String within(
        UnitMeasure.Time time, DayRanges days, String table, Map<String, Object> parameters) {
      List<String> any = new ArrayList<>();
      for (DayRanges.Range range : days.ranges()) {
        String name = table.replaceAll("\\W", "_") + "_" + any.size();
        parameters.put("from_" + name, bound(range.from(), time.type()));
        parameters.put("to_" + name, bound(range.to(), time.type()));
        any.add("(%1$s >= $from_%2$s and %1$s < $to_%2$s)".formatted(time.sql(), name));
      }
      return "(" + String.join(" or ", any) + ")";
    }

    private UnitMeasure.Time time(String table) {
      return scan.parts().stream()
          .flatMap(column -> column.measure().rows().stream())
          .filter(rows -> rows.table().equals(table))
          .findFirst()
          .flatMap(UnitMeasure.Rows::time)
          .or(scan::exposedAt)
          .orElseThrow();
    }

    private Sums sumsOf(Relation totals) {
      return scanner.sums(
          Query.of(scan.sumsOfTotals(types), Map.of(UnitScan.TOTALS, totals)), watch);
    }

    private List<WrittenFile> write(Query query, Schema schema, String part) {
      String prefix = part + "-" + UUID.randomUUID();
      return scanner
          .engine()
          .write(query, new WriteTarget(place, prefix, schema, Optional.empty()), watch);
    }
  }

  private static Layer layer(List<WrittenFile> rows, List<WrittenFile> others, Added added) {
    return new Layer(paths(rows), rows(rows), paths(others), added);
  }

  private static List<String> paths(List<WrittenFile> files) {
    return files.stream().map(WrittenFile::path).toList();
  }

  private static long rows(List<WrittenFile> files) {
    return files.stream().mapToLong(WrittenFile::rows).sum();
  }

  private static String key(String table) {
    return table.toLowerCase(Locale.ROOT);
  }

  private static Object bound(LocalDate day, Type type) {
    if (type == Type.Primitive.TIMESTAMPTZ) {
      return day.atStartOfDay().toInstant(ZoneOffset.UTC);
    }
    return type == Type.Primitive.DATE ? day : day.atStartOfDay();
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

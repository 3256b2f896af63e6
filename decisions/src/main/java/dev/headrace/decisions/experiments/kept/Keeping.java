package dev.headrace.decisions.experiments.kept;

import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.release.ChangedDays;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.walk.UnitFile;
import dev.headrace.decisions.experiments.walk.UnitWalk;
import dev.headrace.spi.digest.Sha256;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One experiment's turn at what is kept of it, while nobody else writes its directory: what has to
 * be computed is told by {@link Advance}, and is computed, written and added here.
 */
final class Keeping {
  private final Path place;
  private final Lake lake;
  private final long totalsAtOnce;
  private final ExperimentSpec spec;
  private final UnitScan scan;
  private final List<Type> types;
  private final Published published;
  private final Scanner scanner;
  private final Watch watch;
  private final RowsOfDays rows;
  private final Schema row;

  Keeping(
      Path place,
      Lake lake,
      long totalsAtOnce,
      ExperimentSpec spec,
      UnitScan scan,
      List<Type> types,
      Published published,
      Scanner scanner,
      Watch watch) {
    this.place = place;
    this.lake = lake;
    this.totalsAtOnce = totalsAtOnce;
    this.spec = spec;
    this.scan = scan;
    this.types = types;
    this.published = published;
    this.scanner = scanner;
    this.watch = watch;
    this.rows = new RowsOfDays(scan);
    Schema described = scanner.schema(scan, scan.totals().kept());
    List<Field> fields = new ArrayList<>();
    described
        .fields()
        .forEach(field -> fields.add(new Field(fields.size() + 1, field.name(), field.type())));
    this.row = new Schema(fields);
  }

  Sums sums(String sql) {
    Optional<UnitWalk> walk = UnitWalk.of(scan, row, types, scanner);
    if (walk.isPresent()) {
      try {
        return sums(sql, new WalkedTotals(this, walk.get()));
      } catch (ArithmeticException beyond) {
        // Numbers of more than 64 bits: an engine has larger ones, or says what is wrong.
      }
    }
    return sums(sql, new QueriedTotals(this));
  }

  private Sums sums(String sql, UnitTotals totals) {
    String definition =
        Sha256.shortHex(
            String.join("\n", totals.form(), scanner.engine().name(), sql, row.toString()));
    Optional<Kept> kept =
        Kept.read(place)
            .filter(found -> !found.definition().equals(definition) || totals.canRead(found));
    Advance advance =
        Advance.of(kept, definition, scan, spec.assignments(), published, new ChangedDays(lake));
    Map<String, Kept.State> states = Advance.states(scan, published);
    return switch (advance) {
      case Advance.Nothing _ -> kept.orElseThrow().sums();
      case Advance.Past _ -> scanner.sums(scan, sql, watch);
      case Advance.Anew _ -> keep(totals.anew(definition, states));
      case Advance.Days days -> keep(totals.further(kept.orElseThrow(), days, states));
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
        String name = file.toString();
        boolean isOurs = name.endsWith(".parquet") || name.endsWith(UnitFile.SUFFIX);
        if (isOurs && !wanted.contains(name)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Units that rows of changed days are about, in files that nobody keeps unless named. */
  List<WrittenFile> changed(Kept kept, Advance.Days days) {
    ChangedUnits changed = new ChangedUnits(spec, scan, scanner, published, lake, rows);
    return write(changed.query(kept, days), Layers.unit(row), "changed");
  }

  /** About how many units there are, at least as many as there are where exposures are few. */
  double numberOfUnits() {
    long exposures = exposures();
    if (exposures > 0 && (double) exposures * scan.columns() <= totalsAtOnce) {
      return exposures; // There are fewer units than exposures.
    }
    Query query = scanner.over(scan, scan.exposure().numberOfUnits(), Map.of(), Map.of());
    try (Rows counted = scanner.engine().execute(query, watch)) {
      List<@Nullable Object> first = counted.next();
      return first != null && first.getFirst() instanceof Number n ? n.doubleValue() : 0;
    }
  }

  /** How many rows the table of exposures has; 0 where that is not known without reading it. */
  long exposures() {
    return scanner.rows(scan, spec.assignments());
  }

  /** A file that is not there yet. */
  Path file(String part, String suffix) {
    return place.resolve(part + "-" + UUID.randomUUID() + suffix);
  }

  ExperimentSpec spec() {
    return spec;
  }

  UnitScan scan() {
    return scan;
  }

  List<Type> types() {
    return types;
  }

  Scanner scanner() {
    return scanner;
  }

  Watch watch() {
    return watch;
  }

  RowsOfDays rowsOfDays() {
    return rows;
  }

  /** Columns of a unit's row. */
  Schema row() {
    return row;
  }

  long totalsAtOnce() {
    return totalsAtOnce;
  }

  List<WrittenFile> write(Query query, Schema schema, String part) {
    String prefix = part + "-" + UUID.randomUUID();
    return scanner
        .engine()
        .write(query, new WriteTarget(place, prefix, schema, Optional.empty()), watch);
  }

  static List<String> paths(List<WrittenFile> files) {
    return files.stream().map(WrittenFile::path).toList();
  }

  static long rows(List<WrittenFile> files) {
    return files.stream().mapToLong(WrittenFile::rows).sum();
  }
}

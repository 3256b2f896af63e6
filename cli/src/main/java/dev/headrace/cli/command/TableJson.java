package dev.headrace.cli.command;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.project.spec.Settings;
import dev.headrace.data.catalog.TableReport;
import dev.headrace.data.ingest.ColumnType;
import dev.headrace.data.quality.ColumnProfile;
import dev.headrace.data.quality.TableProfile;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The document of {@code show --json}; scripts depend on its names. */
record TableJson(
    String name,
    @Nullable DefinitionJson definition,
    List<String> inputs,
    List<String> readers,
    @Nullable PublishedJson published,
    Optional<List<ColumnJson>> columns,
    List<CheckJson> checks,
    List<SideTableJson> sideTables,
    @Nullable ProfileJson profile) {

  record DefinitionJson(
      String asset,
      String kind,
      String file,
      String fingerprint,
      SortedSet<String> tags,
      Map<String, Object> settings) {}

  record PublishedJson(
      Instant builtAt,
      long run,
      String fingerprint,
      boolean currentDefinition,
      Optional<Long> snapshot,
      Optional<Long> rows,
      Optional<Long> bytes,
      @Nullable TimeJson time,
      List<DaysJson> days,
      List<DaysJson> gaps) {}

  record TimeJson(Instant first, Instant last) {}

  /** A range of days; both are in it. */
  record DaysJson(LocalDate first, LocalDate last) {}

  record ColumnJson(int id, String name, String type) {}

  record CheckJson(String check, String status, long failingRows, String message) {}

  record SideTableJson(String name, long rows) {}

  record ProfileJson(long rows, List<ColumnProfileJson> columns) {}

  record ColumnProfileJson(
      String name,
      String type,
      long nulls,
      long notFinite,
      @Nullable Long approximateDistinct,
      @Nullable Object least,
      @Nullable Object greatest,
      @Nullable Double mean,
      @Nullable Double standardDeviation,
      Map<String, Object> quantiles,
      Optional<ColumnProfile.Length> length,
      List<ColumnProfile.ValueCount> top,
      Optional<ColumnProfile.Histogram> histogram) {}

  static TableJson of(TableReport report, Optional<TableProfile> profile) {
    return new TableJson(
        report.name(),
        report.asset().map(TableJson::definition).orElse(null),
        report.inputs(),
        report.readers(),
        report.publication().map(shown -> published(report, shown)).orElse(null),
        report
            .schema()
            .map(
                schema ->
                    schema.fields().stream()
                        .map(
                            field ->
                                new ColumnJson(
                                    field.id(), field.name(), ColumnType.text(field.type())))
                        .toList()),
        report.checks().stream().map(TableJson::check).toList(),
        report.sideTables().stream()
            .map(table -> new SideTableJson(table.content().table(), rows(table).orElse(0L)))
            .toList(),
        profile.map(TableJson::profile).orElse(null));
  }

  /** Rows of a table that has its own; none for a view. */
  static Optional<Long> rows(Publication publication) {
    return stored(publication).map(Publication.Stored::rows);
  }

  static Optional<Publication.Stored> stored(Publication publication) {
    return publication.content().data() instanceof Publication.Stored stored
        ? Optional.of(stored)
        : Optional.empty();
  }

  private static DefinitionJson definition(Asset asset) {
    return new DefinitionJson(
        asset.name(),
        asset.kind().name(),
        asset.declaration().origin().file(),
        asset.fingerprint().hex(),
        asset.definition().tags(),
        Settings.of(asset.declaration().spec()));
  }

  private static PublishedJson published(TableReport report, Publication shown) {
    Optional<Publication.Stored> stored = stored(shown);
    return new PublishedJson(
        shown.publishedAt(),
        shown.runId(),
        shown.content().fingerprint(),
        report.isCurrentDefinition(),
        stored.map(Publication.Stored::snapshotId),
        stored.map(Publication.Stored::rows),
        stored.map(Publication.Stored::bytes),
        stored
            .flatMap(Publication.Stored::time)
            .flatMap(Publication.TimeColumn::range)
            .map(time -> new TimeJson(time.first(), time.last()))
            .orElse(null),
        days(shown.content().days()),
        days(report.gaps()));
  }

  private static List<DaysJson> days(DayRanges days) {
    return days.ranges().stream()
        .map(range -> new DaysJson(range.from(), range.to().minusDays(1)))
        .toList();
  }

  private static CheckJson check(CheckRecord check) {
    return new CheckJson(
        check.check(),
        check.status().name().toLowerCase(Locale.ROOT),
        check.failingRows(),
        check.message());
  }

  private static ProfileJson profile(TableProfile profile) {
    return new ProfileJson(
        profile.rows(), profile.columns().stream().map(TableJson::profile).toList());
  }

  private static ColumnProfileJson profile(ColumnProfile column) {
    return new ColumnProfileJson(
        column.name(),
        ColumnType.text(column.type()),
        column.nulls(),
        column.notFinite(),
        number(column.approximateDistinct()),
        column.range().map(ColumnProfile.Range::least).orElse(null),
        column.range().map(ColumnProfile.Range::greatest).orElse(null),
        number(column.mean()),
        number(column.standardDeviation()),
        quantiles(column),
        column.length(),
        column.top(),
        column.histogram());
  }

  private static Map<String, Object> quantiles(ColumnProfile column) {
    Map<String, Object> quantiles = new TreeMap<>();
    for (int i = 0; i < column.quantiles().size(); i++) {
      quantiles.put(ColumnProfile.QUANTILES.get(i).toString(), column.quantiles().get(i));
    }
    return quantiles;
  }

  private static @Nullable Long number(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  private static @Nullable Double number(OptionalDouble number) {
    return number.isPresent() ? number.getAsDouble() : null;
  }
}

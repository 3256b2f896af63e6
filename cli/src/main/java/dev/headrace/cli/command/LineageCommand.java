package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Lineage;
import dev.headrace.data.catalog.Catalog;
import dev.headrace.data.catalog.ColumnOrigins;
import dev.headrace.data.catalog.ColumnReaders;
import dev.headrace.data.sql.ColumnLineage.Derivation;
import dev.headrace.data.sql.ColumnLineage.Known;
import dev.headrace.data.sql.ColumnLineage.Source;
import dev.headrace.data.sql.ColumnLineage.Unknown;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace lineage}: what an asset is made from and what is made from it. */
@Command(
    name = "lineage",
    description = "show what an asset reads and who reads it",
    footer = {
      "",
      "Columns are followed as values: one that is only filtered, joined or grouped by is no origin.",
      "Examples:",
      "  headrace lineage daily_kpis              assets, both ways",
      "  headrace lineage daily_kpis --columns    its columns, from the raw tables to all readers",
      "  headrace lineage daily_kpis.ctr          one of them"
    })
final class LineageCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("column", Type.Primitive.STRING),
              Field.unassigned("from", Type.Primitive.STRING),
              Field.unassigned("raw columns", Type.Primitive.STRING),
              Field.unassigned("used by", Type.Primitive.STRING)));

  @Parameters(paramLabel = "NAME", description = "an asset, or asset.column")
  private String name = "";

  @Option(names = "--mermaid", description = "as a Mermaid flowchart")
  private boolean mermaid;

  @Option(names = "--columns", description = "where each of its columns comes from")
  private boolean columns;

  private record EdgeJson(String from, String to) {}

  private record AssetJson(String name, String kind) {}

  private record SourceJson(String table, String column) {}

  /** Both lists are null, with the reason, where it cannot be told. */
  private record ColumnJson(
      String name,
      Optional<List<SourceJson>> inputs,
      Optional<List<SourceJson>> sources,
      Optional<String> unknown,
      List<SourceJson> readers,
      List<SourceJson> possibleReaders) {}

  private record LineageJson(
      String asset, List<AssetJson> assets, List<EdgeJson> edges, List<ColumnJson> columns) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      int dot = name.indexOf('.');
      Asset asset = headrace.requireAsset(dot < 0 ? name : name.substring(0, dot));
      Lineage lineage = Lineage.of(headrace.graph(), asset);
      boolean byColumn = columns || dot >= 0;
      if (!byColumn && !call.console().json()) {
        call.console().out().write(mermaid ? lineage.mermaid() : lineage.tree());
        return 0;
      }
      Catalog catalog = headrace.catalog(call.global().environment());
      ColumnOrigins origins = catalog.origins(asset);
      ColumnReaders readers = catalog.readers(asset);
      List<ColumnOrigins.Column> wanted =
          dot < 0 ? origins.columns() : List.of(origins.get(name.substring(dot + 1)));
      if (call.console().json()) {
        JsonOut.print(call.console(), json(lineage, wanted, readers));
      } else {
        print(call.console(), origins, wanted, readers);
      }
      return 0;
    }
  }

  private static void print(
      Console console,
      ColumnOrigins origins,
      List<ColumnOrigins.Column> columns,
      ColumnReaders readers) {
    if (columns.isEmpty()) {
      console.out().write("unknown: " + origins.obstacle() + "\n");
      return;
    }
    List<List<@Nullable Object>> rows =
        columns.stream()
            .map(
                column ->
                    Arrays.<@Nullable Object>asList(
                        column.name(),
                        text(column.inputs()),
                        text(column.sources()),
                        text(readers.get(column.name()))))
            .toList();
    new TextTable(console.outLook(), Integer.MAX_VALUE).write(COLUMNS, rows, console.out());
  }

  private static String text(Derivation derivation) {
    return switch (derivation) {
      case Unknown(String reason) -> "unknown: " + reason;
      case Known known ->
          known.sources().isEmpty()
              ? "-"
              : String.join(", ", known.inOrder().stream().map(Source::toString).toList());
    };
  }

  private static String text(ColumnReaders.Column column) {
    List<String> places = new ArrayList<>(column.readers().stream().map(Source::toString).toList());
    column.possible().forEach(place -> places.add(place + " (unknown)"));
    return places.isEmpty() ? "-" : String.join(", ", places);
  }

  private static LineageJson json(
      Lineage lineage, List<ColumnOrigins.Column> columns, ColumnReaders readers) {
    return new LineageJson(
        lineage.asset().name(),
        lineage.assets().stream()
            .map(asset -> new AssetJson(asset.name(), asset.kind().name()))
            .toList(),
        lineage.edges().stream()
            .map(edge -> new EdgeJson(edge.from().name(), edge.to().name()))
            .toList(),
        columns.stream()
            .map(
                column ->
                    new ColumnJson(
                        column.name(),
                        sources(column.inputs()),
                        sources(column.sources()),
                        column.sources() instanceof Unknown(String reason)
                            ? Optional.of(reason)
                            : Optional.empty(),
                        sources(readers.get(column.name()).readers()),
                        sources(readers.get(column.name()).possible())))
            .toList());
  }

  private static Optional<List<SourceJson>> sources(Derivation derivation) {
    return derivation instanceof Known known
        ? Optional.of(sources(known.inOrder()))
        : Optional.empty();
  }

  private static List<SourceJson> sources(List<Source> sources) {
    return sources.stream().map(source -> new SourceJson(source.table(), source.column())).toList();
  }
}

package dev.headrace.cli.command;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headrace ls}: lists the assets of the project. */
@Command(name = "ls", description = "list the assets of the project")
final class LsCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("name", Type.Primitive.STRING),
              Field.unassigned("kind", Type.Primitive.STRING),
              Field.unassigned("rows", Type.Primitive.LONG),
              Field.unassigned("built", Type.Primitive.TIMESTAMPTZ),
              Field.unassigned("reads", Type.Primitive.STRING)));

  @Option(
      names = {"-s", "--select"},
      paramLabel = "SEL",
      description = "only these assets, as for run")
  private @Nullable String select;

  private record AssetJson(
      String name,
      String kind,
      String file,
      List<String> inputs,
      Collection<String> tags,
      Optional<Long> rows,
      Optional<Instant> builtAt,
      String fingerprint) {}

  private record ListJson(List<AssetJson> assets) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Published published = headrace.published(call.global().environment());
      var selected = headrace.select(select);
      List<AssetJson> assets =
          headrace.graph().assets().stream()
              .filter(asset -> selected.contains(asset.name()))
              .map(asset -> json(asset, published.table(asset.name())))
              .toList();
      if (call.console().json()) {
        JsonOut.print(call.console(), new ListJson(assets));
      } else {
        List<List<@Nullable Object>> rows =
            assets.stream()
                .map(
                    asset ->
                        Arrays.<@Nullable Object>asList(
                            asset.name(),
                            asset.kind(),
                            asset.rows().orElse(null),
                            asset.builtAt().map(at -> at.truncatedTo(SECONDS)).orElse(null),
                            String.join(", ", asset.inputs())))
                .toList();
        new TextTable(call.console().outLook(), Integer.MAX_VALUE)
            .write(COLUMNS, rows, call.console().out());
      }
      return 0;
    }
  }

  private static AssetJson json(Asset asset, Optional<Publication> publication) {
    return new AssetJson(
        asset.name(),
        asset.kind().name(),
        asset.declaration().origin().file(),
        asset.definition().inputs(),
        asset.definition().tags(),
        publication.flatMap(LsCommand::rows),
        publication.map(Publication::publishedAt),
        asset.fingerprint().hex());
  }

  private static Optional<Long> rows(Publication publication) {
    return publication.content().data() instanceof Publication.Stored stored
        ? Optional.of(stored.rows())
        : Optional.empty();
  }
}

package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.core.graph.Lineage;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace lineage}: what an asset is made from and what is made from it. */
@Command(name = "lineage", description = "show what an asset reads and who reads it")
final class LineageCommand implements Action {
  @Parameters(paramLabel = "NAME", description = "an asset")
  private String name = "";

  @Option(names = "--mermaid", description = "as a Mermaid flowchart")
  private boolean mermaid;

  private record EdgeJson(String from, String to) {}

  private record AssetJson(String name, String kind) {}

  private record LineageJson(String asset, List<AssetJson> assets, List<EdgeJson> edges) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Lineage lineage = Lineage.of(headrace.graph(), headrace.requireAsset(name));
      if (call.console().json()) {
        JsonOut.print(call.console(), json(lineage));
      } else {
        call.console().out().write(mermaid ? lineage.mermaid() : lineage.tree());
      }
      return 0;
    }
  }

  private static LineageJson json(Lineage lineage) {
    return new LineageJson(
        lineage.asset().name(),
        lineage.assets().stream()
            .map(asset -> new AssetJson(asset.name(), asset.kind().name()))
            .toList(),
        lineage.edges().stream()
            .map(edge -> new EdgeJson(edge.from().name(), edge.to().name()))
            .toList());
  }
}

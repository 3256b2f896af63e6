package dev.headrace.core.graph;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Kind;
import org.jspecify.annotations.Nullable;

/** One declared thing with its place in the graph's identity. */
public record Asset(
    String name,
    Kind<?> kind,
    Declaration<?> declaration,
    Definition definition,
    Fingerprint fingerprint) {
  /** Two assets are the same if they stand for the same table: by name and fingerprint. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Asset asset
        && name.equals(asset.name)
        && fingerprint.equals(asset.fingerprint);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return kind.name() + " " + name;
  }
}

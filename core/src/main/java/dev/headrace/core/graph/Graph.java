package dev.headrace.core.graph;

import java.util.List;
import java.util.Optional;

public final class Graph {
  public List<Asset> inOrder() {
    return List.of();
  }

  public List<Asset> inputsOf(String name) {
    return List.of();
  }

  public Optional<Asset> asset(String n) {
    return Optional.empty();
  }
}

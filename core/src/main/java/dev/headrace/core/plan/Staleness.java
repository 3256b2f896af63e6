package dev.headrace.core.plan;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.Publication;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How an asset's main table differs from what its definition and inputs would make of it now: the
 * part of the question that is the same for every kind.
 *
 * @param current what is published, if it was built from this very definition; empty means that
 *     there is nothing to build on
 * @param reasons why it is stale; empty when it is not
 * @param changedInputs inputs that changed since {@code current} was built
 */
public record Staleness(
    Optional<Publication> current, List<String> reasons, List<String> changedInputs) {

  /**
   * @param definitionWord what the user would call the definition, for example {@code sql}
   */
  public static Staleness of(Asset asset, Published published, String definitionWord) {
    Optional<Publication> any = published.table(asset.name());
    if (any.isPresent() && any.get().content().kind().equals(Publication.OUTSIDE)) {
      return new Staleness(
          Optional.empty(),
          List.of("changed by an outside writer in run " + any.get().runId()),
          List.of());
    }
    Optional<Publication> shown =
        any.filter(publication -> publication.content().kind().equals(asset.kind().name()));
    if (shown.isEmpty()) {
      return new Staleness(Optional.empty(), List.of("new"), List.of());
    }
    Publication.Content content = shown.get().content();
    if (!content.fingerprint().equals(asset.fingerprint().hex())) {
      String reason =
          content.identity().equals(asset.definition().identityDigest())
              ? definitionOfAnInput(asset, published, content)
              : definitionWord + " changed";
      return new Staleness(Optional.empty(), List.of(reason), List.of());
    }
    List<String> changed =
        inputStates(asset, published).entrySet().stream()
            .filter(
                input -> !Objects.equals(content.inputs().get(input.getKey()), input.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    List<String> reasons = new ArrayList<>();
    changed.forEach(input -> reasons.add("input " + input + " changed"));
    if (!content.audit().equals(asset.definition().auditDigest())) {
      reasons.add("checks changed");
    }
    return new Staleness(shown, List.copyOf(reasons), changed);
  }

  /**
   * State of every input as published now, and of the tables that views among them read; an input
   * that is not published has none.
   */
  public static Map<String, String> inputStates(Asset asset, Published published) {
    Map<String, String> states = new LinkedHashMap<>();
    asset.definition().inputs().forEach(input -> addState(input, published, states));
    return states;
  }

  private static void addState(String table, Published published, Map<String, String> states) {
    Optional<Publication.Content> content = published.table(table).map(Publication::content);
    if (content.isPresent() && states.put(table, content.get().state()) == null) {
      if (content.get().data() instanceof Publication.Virtual) {
        content.get().inputs().keySet().forEach(read -> addState(read, published, states));
      }
    }
  }

  private static String definitionOfAnInput(
      Asset asset, Published published, Publication.Content content) {
    Map<String, String> now = inputStates(asset, published);
    return asset.definition().inputs().stream()
        .filter(input -> !Objects.equals(content.inputs().get(input), now.get(input)))
        .findFirst()
        .map(input -> "input " + input + " changed")
        .orElse("definition of an input changed");
  }
}

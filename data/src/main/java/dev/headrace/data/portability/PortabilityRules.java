package dev.headrace.data.portability;

import dev.headrace.data.portability.PortabilityRule.About;
import dev.headrace.data.portability.PortabilityRule.Level;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known of SQL on DuckDB and on Spark: the constructs of the portable subset, and rules for
 * what is outside or doubtful.
 *
 * <p>{@code subset.txt} is cut from the conformance suite. In {@code rules.txt} each rule is a
 * title and lines {@code key: value}; {@code differs} and {@code same} may be repeated.
 */
public final class PortabilityRules {
  private final Set<String> subset;
  private final List<PortabilityRule> rules;
  private final Map<String, PortabilityRule> byConstruct = new HashMap<>();

  private PortabilityRules(Set<String> subset, List<PortabilityRule> rules) {
    this.subset = subset;
    this.rules = rules;
    rules.forEach(rule -> rule.covers().forEach(construct -> byConstruct.put(construct, rule)));
  }

  /** The rules between DuckDB and Spark. */
  public static PortabilityRules load() {
    List<PortabilityRule> rules = new ArrayList<>();
    for (String block : text("rules.txt").split("\n\\s*\n")) {
      rules.add(parse(block.strip()));
    }
    return new PortabilityRules(
        text("subset.txt").lines().collect(Collectors.toUnmodifiableSet()), List.copyOf(rules));
  }

  /** All rules, in the order of the page that shows them. */
  public List<PortabilityRule> all() {
    return rules;
  }

  /** The rule for a construct. */
  public Optional<PortabilityRule> of(String construct) {
    return Optional.ofNullable(byConstruct.get(construct));
  }

  /** Whether the conformance suite shows that a construct is the same on every engine. */
  public boolean isPortable(String construct) {
    return subset.contains(construct) || onlyRulesSpeakOf(construct);
  }

  /**
   * Whether a construct is a note about another one, or about a column: it is portable unless a
   * rule says otherwise.
   */
  static boolean onlyRulesSpeakOf(String construct) {
    return construct.startsWith("column ")
        || construct.startsWith("ascending order ")
        || construct.startsWith("division by ")
        || construct.contains(" of what may be ")
        || construct.startsWith("start or length ")
        || construct.startsWith("second of ")
        || construct.equals("log without a base");
  }

  private static PortabilityRule parse(String block) {
    String title = "";
    Map<String, List<String>> values = new HashMap<>();
    for (String line : block.split("\n")) {
      if (line.startsWith("# ")) {
        title = line.substring(2);
      } else {
        String[] parts = line.split(": ", 2);
        values.computeIfAbsent(parts[0], key -> new ArrayList<>()).add(parts[1]);
      }
    }
    return new PortabilityRule(
        title,
        Arrays.asList(one(values, "covers", "").split(", ")),
        Level.valueOf(one(values, "level", "leaves").toUpperCase(Locale.ROOT)),
        About.valueOf(one(values, "about", "rows").toUpperCase(Locale.ROOT)),
        one(values, "why", ""),
        one(values, "instead", ""),
        values.getOrDefault("differs", List.of()),
        values.getOrDefault("same", List.of()));
  }

  private static String one(Map<String, List<String>> values, String key, String absent) {
    return values.getOrDefault(key, List.of(absent)).getFirst();
  }

  private static String text(String name) {
    try (InputStream in =
        Objects.requireNonNull(PortabilityRules.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

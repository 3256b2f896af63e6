package dev.headrace.core.project;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code headrace.yaml} says.
 *
 * @param basics the keys every project has
 * @param sections what the registered keys say: one record per plain section, and per key with
 *     options the one that was chosen
 */
public record ProjectConfig(Basics basics, Map<ConfigSection<?>, Record> sections) {
  /** The file's name. */
  public static final String FILE = "headrace.yaml";

  public ProjectConfig {
    sections = Map.copyOf(sections);
  }

  /** The keys every project has. */
  @Doc("A project.")
  public record Basics(
      @Doc("The project's name, shown in reports and metrics.") String name,
      @Doc("Where a day begins and ends: a name of the IANA list.") @Default("UTC") ZoneId timezone,
      @Doc("Directory for the ledger, the lake, caches and logs; relative to the project.")
          @Default(".headrace")
          String state,
      @Doc("How runs go about their steps.") @Default("{}") RunConfig run) {}

  public String name() {
    return basics.name();
  }

  /** Where days begin and end. */
  public ZoneId timezone() {
    return basics.timezone();
  }

  public RunConfig run() {
    return basics.run();
  }

  /**
   * Where the state of the project in {@code directory} is kept.
   *
   * @param directory where {@code headrace.yaml} lies
   */
  public Path state(Path directory) {
    return directory.resolve(basics.state());
  }

  /** What a section says; empty when it is an option that was not chosen, or not registered. */
  public <S extends Record> Optional<S> find(ConfigSection<S> section) {
    return Optional.ofNullable(sections.get(section)).map(section.type()::cast);
  }
}

package dev.headrace.decisions.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.core.project.ConfigSection;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Kind.FileForm;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.spec.SpecBinder;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** Flags as a user writes them. */
final class Declared {
  private static final ConfigSection<FlagsSpec> FLAGS = ConfigSection.of("flags", FlagsSpec.class);

  private Declared() {}

  static FlagSpec flag(String yaml) {
    Problems problems = new Problems();
    var bound =
        new SpecBinder(Environment.empty(), Path.of("."))
            .bind(FlagSpec.class, FileForm.YAML, "flags/f.yaml", yaml, problems);
    assertThat(problems.list()).isEmpty();
    return bound.orElseThrow().spec();
  }

  static FlagsSpec all(String yaml) {
    Problems problems = new Problems();
    var bound =
        new SpecBinder(Environment.empty(), Path.of("."))
            .bindConfig(List.of(FLAGS), "name: x\nflags: " + yaml + "\n", problems);
    assertThat(problems.list()).isEmpty();
    return bound.orElseThrow().spec().find(FLAGS).orElseThrow();
  }

  static FlagSet set(String name, String yaml) {
    return FlagSet.of(Map.of(name, flag(yaml)), FlagsSpec.defaults(), ZoneOffset.UTC);
  }

  static ObjectNode unit(String key) {
    return JsonNodeFactory.instance.objectNode().put("targetingKey", key);
  }
}

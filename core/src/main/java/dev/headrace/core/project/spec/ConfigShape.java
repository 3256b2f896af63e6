package dev.headrace.core.project.spec;

import dev.headrace.core.project.ConfigSection;
import dev.headrace.core.project.ProjectConfig;
import dev.headrace.core.project.spec.Shape.Choice;
import dev.headrace.core.project.spec.Shape.Keys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of {@code headrace.yaml}: those of every project and those that were registered. */
final class ConfigShape {
  private ConfigShape() {}

  static Keys of(List<ConfigSection<?>> sections) {
    Keys common = Shapes.keys(ProjectConfig.Basics.class);
    Map<String, List<ConfigSection<?>>> byKey = new LinkedHashMap<>();
    for (ConfigSection<?> section : sections) {
      byKey.computeIfAbsent(section.key(), _ -> new ArrayList<>()).add(section);
    }
    List<Shape.Key> keys = new ArrayList<>(common.keys());
    if (keys.stream().anyMatch(key -> byKey.containsKey(key.name()))) {
      throw new IllegalArgumentException("A registered section has the key of a common one");
    }
    byKey.forEach((key, members) -> keys.add(key(key, members)));
    return new Keys("headrace", common.doc(), () -> keys, values -> config(common, byKey, values));
  }

  private static Shape.Key key(String name, List<ConfigSection<?>> members) {
    ConfigSection<?> first = members.getFirst();
    Keys firstKeys = Shapes.keys(first.type());
    if (first.option().isEmpty()) {
      if (members.size() > 1) {
        throw new IllegalArgumentException("Two sections are registered under " + name);
      }
      boolean required = !firstKeys.allOptional();
      return new Shape.Key(
          name,
          firstKeys.doc(),
          firstKeys,
          false,
          required,
          required ? null : new Shape.Absent("{}"));
    }
    Map<String, Keys> options = new LinkedHashMap<>();
    for (ConfigSection<?> member : members) {
      options.put(member.option().orElseThrow(), Shapes.keys(member.type()));
    }
    if (members.stream().map(ConfigSection::type).distinct().count() < members.size()) {
      throw new IllegalArgumentException("Two options of " + name + " have the same type");
    }
    boolean required = !firstKeys.allOptional();
    return new Shape.Key(
        name,
        firstKeys.doc(),
        new Choice(name, firstKeys.doc(), () -> options),
        false,
        required,
        required ? null : new Shape.Absent(first.option().orElseThrow()));
  }

  private static ProjectConfig config(
      Keys common, Map<String, List<ConfigSection<?>>> byKey, @Nullable Object[] values) {
    int own = common.keys().size();
    Map<ConfigSection<?>, Record> sections = new LinkedHashMap<>();
    int index = own;
    for (List<ConfigSection<?>> members : byKey.values()) {
      Object value = values[index++];
      for (ConfigSection<?> member : members) {
        if (member.type().isInstance(value)) {
          sections.put(member, member.type().cast(value));
        }
      }
    }
    return new ProjectConfig(
        (ProjectConfig.Basics) common.build(Arrays.copyOf(values, own)), sections);
  }
}

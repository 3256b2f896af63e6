package dev.headrace.core.project.spec;

import dev.headrace.core.project.Declaration;
import dev.headrace.spi.error.Location;
import java.util.HashMap;
import java.util.Map;

/** Where the keys of one file stand. */
final class Places implements Declaration.Origin {
  private final String file;
  private final Map<String, Location> byPath = new HashMap<>();

  Places(String file) {
    this.file = file;
  }

  void put(String keyPath, Location place) {
    byPath.putIfAbsent(keyPath, place);
  }

  @Override
  public String file() {
    return file;
  }

  @Override
  public Location at(String keyPath) {
    String path = keyPath;
    while (true) {
      Location place = byPath.get(path);
      if (place != null) {
        return place;
      }
      int end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
      if (end <= 0) {
        return byPath.getOrDefault("", Location.of(file));
      }
      path = path.substring(0, end);
    }
  }
}

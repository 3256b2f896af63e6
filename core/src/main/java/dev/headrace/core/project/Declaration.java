package dev.headrace.core.project;

import dev.headrace.spi.error.Location;

/**
 * One file of a project, read and bound.
 *
 * @param kind the kind its folder stands for
 * @param name the asset's name: the file name without its extension
 * @param spec what the user declared
 * @param origin where each key stands, for messages
 */
public record Declaration<S extends Record>(Kind<S> kind, String name, S spec, Origin origin) {

  /** Where the parts of a declaration stand in its file. */
  public interface Origin {
    /** The file as the user would type it. */
    String file();

    /**
     * The place of a key, given as a path such as {@code checks[2].not-null} or {@code
     * columns.total}; the nearest enclosing place when the key is absent.
     */
    Location at(String keyPath);
  }
}

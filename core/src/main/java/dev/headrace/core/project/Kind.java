package dev.headrace.core.project;

import java.util.List;
import java.util.Set;

/**
 * A kind of asset: one folder of a project. A kind is a spec record (what the user declares), this
 * description, and a builder in {@code core.run} (what is done); adding one touches nothing but the
 * composition root.
 *
 * @param <S> what the user declares, see {@link dev.headrace.core.project.spec}
 */
public interface Kind<S extends Record> {
  /** The word for it, for example {@code source}; used in selectors, output and messages. */
  String name();

  /** The folder its declarations live in, for example {@code sources}. */
  String folder();

  /** What its files look like. */
  FileForm form();

  /**
   * How the names of files end that may lie among its declarations without being any, such as
   * {@code .onnx}: what declarations name by their path.
   */
  default Set<String> besides() {
    return Set.of();
  }

  /** The record its files are bound to. */
  Class<S> specType();

  /**
   * Tables the asset publishes: its own name first, then side tables such as {@code
   * orders__rejected}.
   */
  default List<String> tables(String assetName) {
    return List.of(assetName);
  }

  /**
   * Whether a run makes something of its assets. What is only defined, such as a metric, stands in
   * the graph and in no plan, and no statement can read it.
   */
  default boolean isBuilt() {
    return true;
  }

  /**
   * Reads what the declaration says: names of the tables it reads, and everything that identifies
   * the data it will produce. Adds a problem for whatever is wrong in it.
   *
   * @param scope the tables of the project and a way to suggest the nearest name
   */
  Definition define(Declaration<S> declaration, Scope scope, Problems problems);

  /** How a kind's files are written. */
  enum FileForm {
    /** One YAML document per asset, {@code name.yaml}. */
    YAML,
    /** One SQL statement per asset, {@code name.sql}, with an optional YAML header comment. */
    SQL
  }
}

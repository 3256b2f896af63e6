package dev.headrace.data.sql.internal;

import dev.headrace.data.sql.ColumnLineage.Derivation;
import dev.headrace.data.sql.ColumnLineage.Known;
import dev.headrace.data.sql.ColumnLineage.Unknown;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a name in a statement can mean, from the innermost SELECT outwards. */
final class Sight {
  private static final Set<String> KEYWORD_VALUES =
      Set.of(
          "current_catalog",
          "current_date",
          "current_role",
          "current_schema",
          "current_time",
          "current_timestamp",
          "current_user",
          "localtime",
          "localtimestamp",
          "session_user",
          "user");

  private Sight() {}

  /**
   * @param name null where the engine makes one up
   */
  record Column(@Nullable String name, Derivation derivation) {
    boolean isNamed(String wanted) {
      return name != null && name.equalsIgnoreCase(wanted);
    }
  }

  /**
   * One item of a FROM.
   *
   * @param open whether it has further columns, which all derive from {@code rest}
   * @param hidden columns that a join's USING has merged into those of the left side
   */
  record Relation(
      String alias, List<Column> columns, boolean open, Derivation rest, Set<String> hidden) {
    Relation(String alias, List<Column> columns) {
      this(alias, columns, false, Known.NOTHING, new HashSet<>());
    }

    static Relation open(String alias, Derivation rest) {
      return new Relation(alias, List.of(), true, rest, new HashSet<>());
    }

    Derivation whole() {
      Derivation all = rest;
      for (Column column : columns) {
        all = all.and(column.derivation);
      }
      return all;
    }
  }

  /**
   * What the names of one SELECT can mean.
   *
   * @param merged columns that USING or NATURAL made one of two
   * @param aliases earlier items of the same SELECT, and parameters of lambdas
   */
  record Scope(
      List<Relation> relations,
      Map<String, Derivation> merged,
      Map<String, Derivation> aliases,
      @Nullable Scope outer) {
    static Scope of(List<Relation> relations, @Nullable Scope outer) {
      return new Scope(relations, noCase(), noCase(), outer);
    }
  }

  static Map<String, Derivation> noCase() {
    return new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  }

  /** Common table expressions in sight, innermost first. */
  record Ctes(String name, Relation relation, @Nullable Ctes outer) {
    static @Nullable Relation find(@Nullable Ctes ctes, String name) {
      for (Ctes c = ctes; c != null; c = c.outer) {
        if (c.name.equalsIgnoreCase(name)) {
          return c.relation;
        }
      }
      return null;
    }
  }

  static Derivation resolve(List<String> path, Scope start) {
    String first = path.getFirst();
    for (Scope scope = start; scope != null; scope = scope.outer) {
      Derivation found = resolveIn(path, scope);
      if (found != null) {
        return found;
      }
    }
    return path.size() == 1 && KEYWORD_VALUES.contains(first.toLowerCase(Locale.ROOT))
        ? Known.NOTHING
        : new Unknown("'" + String.join(".", path) + "' could not be resolved");
  }

  private static @Nullable Derivation resolveIn(List<String> path, Scope scope) {
    String first = path.getFirst();
    if (path.size() > 1) {
      for (Relation relation : scope.relations) {
        if (relation.alias.equalsIgnoreCase(first)) {
          for (Column column : relation.columns) {
            if (column.isNamed(path.get(1))) {
              return column.derivation;
            }
          }
          if (relation.open) {
            return relation.rest;
          }
        }
      }
    }
    Derivation merged = scope.merged.get(first);
    if (merged != null) {
      return merged;
    }
    List<Derivation> columns = new ArrayList<>();
    Derivation open = null;
    for (Relation relation : scope.relations) {
      for (Column column : relation.columns) {
        if (column.isNamed(first)) {
          columns.add(column.derivation);
        }
      }
      if (relation.open) {
        open = open == null ? relation.rest : new Unknown("'" + first + "' may be of two tables");
      }
    }
    if (columns.size() == 1) {
      return columns.getFirst();
    }
    if (columns.size() > 1) {
      return new Unknown("'" + first + "' is in several tables");
    }
    Derivation alias = scope.aliases.get(first);
    if (open != null) {
      return alias == null ? open : new Unknown("'" + first + "' may be a column or an alias");
    }
    if (alias != null) {
      return alias;
    }
    if (path.size() == 1) {
      for (Relation relation : scope.relations) {
        if (relation.alias.equalsIgnoreCase(first)) {
          return relation.whole();
        }
      }
    }
    return null;
  }
}

package dev.headrace.data.duckdb;

import dev.headrace.data.sql.AnalysisCache;
import dev.headrace.data.sql.Position;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.data.sql.SqlAnalysis.Parameter;
import dev.headrace.data.sql.SqlAnalysis.TableReference;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.sql.SqlErrorCode;
import dev.headrace.data.sql.SqlGuard;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.data.sql.SqlScanner;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Makes one self-contained SELECT out of a query and everything it names.
 *
 * <p>Each relation becomes a common table expression in front of the user's text. So a query leaves
 * nothing behind in the engine, two queries never see each other, and the user's own WITH shadows
 * names as SQL says. Relations that several views share are written once:
 *
 * <pre>
 * WITH "__headrace_0" AS NOT MATERIALIZED (SELECT … FROM read_parquet([…])),
 *      "__headrace_1" AS (WITH "orders" AS NOT MATERIALIZED (FROM "__headrace_0") SELECT …),
 *      "recent" AS NOT MATERIALIZED (FROM "__headrace_1"),
 *      "customers" AS NOT MATERIALIZED (FROM read_parquet([…]))
 * SELECT … FROM recent JOIN customers …
 * </pre>
 */
final class QueryCompiler {
  private final SqlAnalyzer analyzer;
  private final AnalysisCache analyses;
  private final Function<Relation.Files, String> scan;
  private final boolean guarded;

  /**
   * @param scan the SELECT that reads a table's files
   */
  QueryCompiler(
      SqlAnalyzer analyzer, AnalysisCache analyses, Function<Relation.Files, String> scan) {
    this(analyzer, analyses, scan, true);
  }

  private QueryCompiler(
      SqlAnalyzer analyzer,
      AnalysisCache analyses,
      Function<Relation.Files, String> scan,
      boolean guarded) {
    this.analyzer = analyzer;
    this.analyses = analyses;
    this.scan = scan;
    this.guarded = guarded;
  }

  /** One that takes SQL as it is, with whatever files it names: for our own statements only. */
  QueryCompiler trusting() {
    return new QueryCompiler(analyzer, analyses, scan, false);
  }

  /**
   * Appends the query to {@code out}, as it would run.
   *
   * @param computed names what is computed
   */
  void compile(Query query, ComputedRelations computed, QueryText out) {
    new Compilation(out, scan, computed::scan).root(query);
  }

  /** Appends the query to {@code out} over empty tables: same columns, no file is touched. */
  void compileEmpty(Query query, QueryText out) {
    new Compilation(
            out,
            files -> ParquetScan.empty(files.schema()),
            computed -> ParquetScan.empty(computed.schema()))
        .root(query);
  }

  private SqlAnalysis checked(String sql, Query query) {
    SqlAnalysis analysis = analyses.analyze(sql, query.origin(), analyzer);
    SqlGuard.check(analysis, query.relations().keySet(), query.origin());
    return analysis;
  }

  private final class Compilation {
    private final QueryText out;
    private final Function<Relation.Files, String> scan;
    private final Function<Relation.Computed, String> computed;
    private final Map<Relation, String> shared = new HashMap<>();

    Compilation(
        QueryText out,
        Function<Relation.Files, String> scan,
        Function<Relation.Computed, String> computed) {
      this.out = out;
      this.scan = scan;
      this.computed = computed;
    }

    void root(Query query) {
      if (!guarded) {
        trusted(query);
        return;
      }
      String sql = SqlScanner.withoutSemicolons(query.sql());
      SqlAnalysis analysis = checked(sql, query);
      List<String> names = names(analysis);
      if (names.isEmpty()) {
        source(sql, analysis, query);
        return;
      }
      out.append("WITH ");
      names.stream()
          .map(name -> relation(query, name))
          .filter(Relation.View.class::isInstance)
          .forEach(this::hoist);
      aliases(names, query);
      body(sql, analysis, query);
    }

    private void trusted(Query query) {
      List<String> names = List.copyOf(new TreeSet<>(query.relations().keySet()));
      if (!names.isEmpty()) {
        out.append("WITH ");
        names.stream()
            .map(name -> relation(query, name))
            .filter(Relation.View.class::isInstance)
            .forEach(this::hoist);
        aliases(names, query);
      }
      out.append("\n").append(query.sql());
    }

    /** Writes a relation, and before it those it needs, unless they are written already. */
    private void hoist(Relation relation) {
      if (shared.containsKey(relation)) {
        return;
      }
      switch (relation) {
        case Relation.Files files -> {
          out.append(name(relation)).append(" AS NOT MATERIALIZED (").append(scan.apply(files));
        }
        case Relation.Computed rows -> {
          out.append(name(relation)).append(" AS NOT MATERIALIZED (").append(computed.apply(rows));
        }
        case Relation.View view -> {
          Query query = view.query();
          String sql = SqlScanner.withoutSemicolons(query.sql());
          SqlAnalysis analysis = checked(sql, query);
          List<String> names = names(analysis);
          names.forEach(name -> hoist(relation(query, name)));
          // Whether a view that is used twice is computed once is left to DuckDB's optimizer.
          out.append(name(relation)).append(" AS (");
          if (!names.isEmpty()) {
            out.append("WITH ");
            aliases(names, query);
          }
          if (names.isEmpty()) {
            source(sql, analysis, query);
          } else {
            body(sql, analysis, query);
          }
        }
      }
      out.append("),\n");
    }

    private String name(Relation relation) {
      String name = SqlQuotes.identifier("__headrace_" + shared.size());
      shared.put(relation, name);
      return name;
    }

    private void aliases(List<String> names, Query query) {
      List<String> aliases = new ArrayList<>();
      for (String name : names) {
        Relation relation = relation(query, name);
        String known = shared.get(relation);
        // What no view shares gets the user's name at once: each layer is bound for each mention.
        String source = known == null ? source(relation) : "FROM " + known;
        aliases.add(SqlQuotes.identifier(name) + " AS NOT MATERIALIZED (" + source + ")");
      }
      out.append(String.join(", ", aliases)).append("\n");
    }

    private String source(Relation relation) {
      return switch (relation) {
        case Relation.Files files -> scan.apply(files);
        case Relation.Computed rows -> computed.apply(rows);
        case Relation.View _ -> throw new IllegalStateException("views are written before");
      };
    }

    /** The user's text behind our WITH; a text with a WITH of its own becomes a subquery. */
    private void body(String sql, SqlAnalysis analysis, Query query) {
      int start = SqlScanner.skipBlanks(sql, 0);
      String head =
          sql.substring(start, Math.min(sql.length(), start + 6)).toLowerCase(Locale.ROOT);
      boolean plain = head.startsWith("select") || head.startsWith("from") || head.startsWith("(");
      if (plain) {
        source(sql, analysis, query);
      } else {
        out.append("SELECT * FROM (\n");
        source(sql, analysis, query);
        out.append(")");
      }
    }

    /** The user's text with its parameters as literals, and a line end against a last comment. */
    private void source(String sql, SqlAnalysis analysis, Query query) {
      Map<String, Object> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      values.putAll(query.parameters());
      int at = 0;
      for (Parameter parameter : analysis.parameters()) {
        Object value = values.get(parameter.name());
        if (value == null) {
          throw new HeadraceException(
              SqlErrorCode.SQL_PARAMETER,
              "Cannot run the query: its parameter '$" + parameter.name() + "' has no value.",
              query.parameters().isEmpty()
                  ? "This query is given no parameters."
                  : "Given are "
                      + String.join(", ", new TreeMap<>(query.parameters()).keySet())
                      + ".",
              Position.of(sql, parameter.start()).in(query.origin()),
              null);
        }
        out.appendSource(sql, at, parameter.start(), query.origin());
        out.append(SqlQuotes.value(value));
        at = parameter.end();
      }
      out.appendSource(sql, at, sql.length(), query.origin());
      out.append("\n");
    }
  }

  private static Relation relation(Query query, String name) {
    Relation relation = query.relations().get(name.toLowerCase(Locale.ROOT));
    if (relation == null) {
      throw new IllegalStateException("checked before: " + name);
    }
    return relation;
  }

  /** Names as the text writes them, each once; DuckDB ignores the case of ASCII letters only. */
  private static List<String> names(SqlAnalysis analysis) {
    Map<String, String> names = new LinkedHashMap<>();
    for (TableReference table : analysis.tables()) {
      names.putIfAbsent(asciiLower(table.name()), table.name());
    }
    return List.copyOf(names.values());
  }

  private static String asciiLower(String name) {
    StringBuilder lower = new StringBuilder(name);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c + ('a' - 'A')));
      }
    }
    return lower.toString();
  }

  /**
   * What the columns of a query depend on: the text and the schemas, but not the files. Equal keys,
   * equal columns.
   */
  static Object columnsKey(Query query) {
    Map<String, Object> relations = new TreeMap<>();
    query
        .relations()
        .forEach(
            (name, relation) ->
                relations.put(
                    name,
                    switch (relation) {
                      case Relation.Files files -> files.schema();
                      case Relation.Computed computed -> computed.schema();
                      case Relation.View view -> columnsKey(view.query());
                    }));
    Map<String, Object> types = new TreeMap<>();
    query.parameters().forEach((name, value) -> types.put(name, typeKey(value)));
    return List.of(query.sql(), relations, types);
  }

  private static Object typeKey(Object value) {
    return value instanceof java.math.BigDecimal decimal ? decimal : value.getClass();
  }
}

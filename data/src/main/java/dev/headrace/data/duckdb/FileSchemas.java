package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows which columns, under which ids, each Parquet file was written with.
 *
 * <p>Lake files never change under their name, so what is known stays true. Footers of unknown
 * files are read together in one statement. Thread-safe.
 */
final class FileSchemas {
  private static final int REMEMBERED_FILES = 100_000;

  private final Supplier<? extends Connection> connections;
  private final Map<String, Schema> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>(256, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Schema> eldest) {
              return size() > REMEMBERED_FILES;
            }
          });

  FileSchemas(Supplier<? extends Connection> connections) {
    this.connections = connections;
  }

  /** Remembers the schema of a file just written. */
  void put(String path, Schema schema) {
    known.put(path, schema);
  }

  /** The schema of each of {@code files}. */
  List<Schema> of(List<String> files) {
    Map<String, Schema> found = new HashMap<>();
    Set<String> unknown = new LinkedHashSet<>();
    for (String file : files) {
      Schema schema = known.get(file);
      if (schema == null) {
        unknown.add(file);
      } else {
        found.put(file, schema);
      }
    }
    if (!unknown.isEmpty()) {
      found.putAll(read(unknown));
    }
    List<Schema> schemas = new ArrayList<>(files.size());
    for (String file : files) {
      Schema schema = found.get(file);
      if (schema == null) {
        throw new HeadraceException(
            DuckDbErrorCode.DUCKDB_IO,
            "Cannot read the file '" + file + "': it has no columns.",
            "Restore the file, or rebuild the table.");
      }
      schemas.add(schema);
    }
    return schemas;
  }

  private Map<String, Schema> read(Set<String> files) {
    String list =
        files.stream().map(SqlQuotes::literal).collect(Collectors.joining(", ", "[", "]"));
    String sql =
        "SELECT file_name, name, num_children, field_id, duckdb_type"
            + " FROM parquet_schema("
            + list
            + ") ORDER BY file_name, column_id";
    Map<String, List<Node>> nodes = new LinkedHashMap<>();
    try (Connection connection = connections.get();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        int children = rows.getInt(3);
        // Without an id the driver gives 0, which no table assigns.
        nodes
            .computeIfAbsent(rows.getString(1), file -> new ArrayList<>())
            .add(new Node(rows.getString(2), children, rows.getInt(4), rows.getString(5)));
      }
    } catch (SQLException e) {
      throw DuckDbErrors.translate(e, "read the columns of", first(files));
    }
    // Most files of a table agree: keep one instance of each schema.
    Map<Schema, Schema> canonical = new HashMap<>();
    Map<String, Schema> schemas = new HashMap<>();
    nodes.forEach(
        (file, tree) -> {
          Schema schema = new Tree(file, tree).schema();
          Schema kept = canonical.computeIfAbsent(schema, same -> same);
          schemas.put(file, kept);
          known.put(file, kept);
        });
    return schemas;
  }

  private static String first(Set<String> files) {
    String file = files.iterator().next();
    return files.size() == 1 ? file : file + "' and " + (files.size() - 1) + " more files'";
  }

  /** One line of {@code parquet_schema}: the tree in depth-first order. */
  private record Node(String name, int children, int id, @Nullable String type) {}

  private static final class Tree {
    private final String file;
    private final List<Node> nodes;
    private int at;

    Tree(String file, List<Node> nodes) {
      this.file = file;
      this.nodes = nodes;
    }

    Schema schema() {
      Node root = nodes.get(at++);
      return new Schema(fields(root.children));
    }

    private List<Field> fields(int count) {
      List<Field> fields = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        Node node = nodes.get(at++);
        fields.add(new Field(node.id, node.name, type(node)));
      }
      return fields;
    }

    private Type type(Node node) {
      String text = node.type == null ? "" : node.type;
      if (node.children == 0) {
        return DuckDbTypes.parse(file + ": " + node.name, text);
      }
      if (text.endsWith("]")) {
        // list > repeated group > element
        Node repeated = nodes.get(at++);
        if (repeated.children == 0) {
          return new Type.ListOf(repeated.id, type(repeated));
        }
        Node element = nodes.get(at++);
        return new Type.ListOf(element.id, type(element));
      }
      if (text.startsWith("MAP(")) {
        at++;
        Node key = nodes.get(at++);
        Type keyType = type(key);
        Node value = nodes.get(at++);
        return new Type.MapOf(key.id, keyType, value.id, type(value));
      }
      return new Type.Struct(fields(node.children));
    }
  }
}

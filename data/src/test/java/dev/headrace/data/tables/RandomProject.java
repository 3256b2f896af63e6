package dev.headrace.data.tables;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Sources and layers of tables drawn at random, and what a user does to them: files come, change
 * and go, statements and checks change. Every relation has the columns {@code ts, id, k, v}, so
 * that any may read any other.
 *
 * <p>Says of each table what it has to hold, in one statement over the sources: the same statements
 * without days, one inside the other.
 */
final class RandomProject {
  private static final LocalDate FIRST = LocalDate.of(2026, 3, 1);
  private static final int DAYS = 9;

  /** How a source takes its files. */
  enum Load {
    APPEND(""),
    REPLACE_CHANGED("on-change: replace\n"),
    REPLACE_ALL("load: replace\n"),
    KEYED("on-change: replace\nkey: [id]\n");

    final String header;

    Load(String header) {
      this.header = header;
    }
  }

  /** A raw row as it stands in a file. */
  record Row(String ts, long id, String k, int v) {
    private String csv() {
      return "%s,%d,%s,%d\n".formatted(ts, id, k, v);
    }

    String shown() {
      return List.of(ts.replace(' ', 'T'), id, k, v).toString();
    }
  }

  /**
   * A source.
   *
   * @param files rows of the files that lie there
   * @param loaded rows of each file as it was when a run last saw it
   */
  private record Source(
      String name, Load load, Map<String, List<Row>> files, Map<String, List<Row>> loaded) {}

  /**
   * A table.
   *
   * @param form of the statement
   * @param factor a constant in it, which a user changes
   */
  private record Table(String name, Form form, Kept kept, List<String> inputs, int factor) {
    Table withFactor(int other) {
      return new Table(name, form, kept, inputs, other);
    }
  }

  private enum Kept {
    VIEW,
    WHOLE,
    BY_DAY,
    BY_KEY
  }

  /** Statements; {@code {x}} and {@code {y}} are inputs, {@code {in x}} a condition on days. */
  private enum Form {
    PASSED("select ts, id, k, v from {x} where v % {f} <> 1 and {in ts}"),
    DAILY(
        "select date_trunc('day', ts) as ts, min(id) as id, k, cast(sum(v) % 1000 + {f} as int) as v"
            + " from {x} where {in ts} group by 1, 3"),
    BOTH(
        "select ts, id, k, v from {x} where {in ts} union all"
            + " select ts, id, k, v + {f} as v from {y} where {in ts}"),
    JOINED(
        "select x.ts, x.id, x.k, cast((x.v + coalesce(y.n, 0)) % 1000 as int) as v from {x} x left join"
            + " (select date_trunc('day', ts) as day, k, sum(v) + {f} as n from {y} where {in ts}"
            + " group by 1, 2) y on y.k = x.k and y.day = date_trunc('day', x.ts) where {in x.ts}"),
    ROLLING(
        "select d.day as ts, min(e.id) as id, d.k, cast(sum(e.v) % 1000 + {f} as int) as v from"
            + " (select distinct date_trunc('day', ts) as day, k from {x} where {in ts}) d"
            + " join {x} e on e.k = d.k and e.ts >= d.day - interval 2 days"
            + " and e.ts < d.day + interval 1 day where {around e.ts} group by d.day, d.k"),
    NEWEST(
        "select max(ts) as ts, max(id) as id, k, cast(sum(v) % 1000 + {f} as int) as v from {x}"
            + " group by k");

    final String sql;

    Form(String sql) {
      this.sql = sql;
    }

    String over(List<String> inputs, int factor, boolean byDay) {
      return sql.replace("{x}", inputs.getFirst())
          .replace("{y}", inputs.getLast())
          .replace("{f}", String.valueOf(factor))
          .replaceAll("\\{in ([a-z.]+)}", byDay ? "$1 >= \\$from and $1 < \\$to" : "true")
          .replaceAll(
              "\\{around ([a-z.]+)}",
              byDay ? "$1 >= \\$from - interval 2 days and $1 < \\$to" : "true");
    }
  }

  private final Random random;
  private final Path directory;
  private final List<Source> sources = new ArrayList<>();
  private final Map<String, Table> tables = new LinkedHashMap<>();
  private final List<String> done = new ArrayList<>();
  private long ids;
  private int files;

  RandomProject(long seed, Path directory) throws IOException {
    this.random = new Random(seed);
    this.directory = directory;
    for (String name : List.of("a", "b")) {
      Source source =
          new Source(name, pick(List.of(Load.values())), new TreeMap<>(), new TreeMap<>());
      sources.add(source);
      write(
          "sources/" + name + ".yaml",
          "files: data/%s/*.csv\ntime: ts\ncolumns: {ts: timestamp, id: bigint, k: string, v: int}\n"
                  .formatted(name)
              + source.load.header);
      add(source);
    }
    for (int i = 1; i <= 3 + random.nextInt(4); i++) {
      add("t" + i);
    }
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private void write(String path, String text) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** A table over what there is; the newer the likelier, so that layers become deep. */
  private void add(String name) throws IOException {
    List<String> names = new ArrayList<>(sources.stream().map(Source::name).toList());
    tables.values().stream().filter(t -> t.kept != Kept.BY_KEY).forEach(t -> names.add(t.name));
    names.addAll(names.subList(names.size() / 2, names.size()));
    List<String> inputs = List.of(pick(names), pick(names));
    Kept kept = pick(List.of(Kept.VIEW, Kept.WHOLE, Kept.BY_DAY, Kept.BY_DAY, Kept.BY_DAY));
    Form form =
        pick(
            kept == Kept.VIEW // Who reads it by day does not know how far back it reads.
                ? List.of(Form.PASSED, Form.DAILY, Form.BOTH, Form.JOINED)
                : List.of(Form.PASSED, Form.DAILY, Form.BOTH, Form.JOINED, Form.ROLLING));
    if (random.nextInt(6) == 0 && inputs.stream().allMatch(this::onlyGrows)) {
      form = Form.NEWEST;
      kept = Kept.BY_KEY;
    }
    Table table = new Table(name, form, kept, inputs, 2 + random.nextInt(5));
    tables.put(name, table);
    write(table, "");
  }

  /** Whether rows, once there, stay, so that nothing has to go from a table by key. */
  private boolean onlyGrows(String relation) {
    return sources.stream()
        .anyMatch(source -> source.name.equals(relation) && source.load == Load.APPEND);
  }

  private void write(Table table, String checks) throws IOException {
    String header =
        switch (table.kept) {
          case VIEW -> "materialize: view\n";
          case WHOLE -> "time: ts\n";
          case BY_DAY ->
              "materialize: incremental\ntime: ts\n"
                  + (table.form == Form.ROLLING ? "reads-back: 2d\n" : "");
          case BY_KEY -> "materialize: incremental\nkey: [k]\n";
        };
    write(
        "tables/" + table.name + ".sql",
        "/*---\n"
            + header
            + checks
            + "---*/\n"
            + table.form.over(table.inputs, table.factor, table.kept == Kept.BY_DAY));
  }

  /** Does something to the project that its next run has to follow. */
  void change() throws IOException {
    Source source = pick(sources);
    List<String> present = List.copyOf(source.files.keySet());
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> add(source);
      case 3, 4 -> {
        if (source.load == Load.APPEND) {
          add(source);
        } else {
          String file = pick(present);
          List<Row> rows = new ArrayList<>();
          if (random.nextBoolean()) {
            rows.addAll(source.files.get(file)); // Lines are added to it.
          }
          rows.addAll(rows(source));
          write(source, file, rows);
        }
      }
      case 5 -> {
        if (present.size() > 1) {
          String file = pick(present);
          Files.delete(directory.resolve(file));
          source.files.remove(file);
          done.add("delete " + file);
        }
      }
      case 6 -> {
        Table table = pick(List.copyOf(tables.values()));
        Table other = table.withFactor(2 + random.nextInt(5));
        tables.put(table.name, other);
        write(other, "");
        done.add("change " + table.name + " to " + other.factor);
      }
      default -> {
        Table table = pick(List.copyOf(tables.values()));
        write(
            table,
            "checks: [{not-null: [id]}, {range: {v: {max: %d}}, severity: warn}]\n"
                .formatted(random.nextInt(500)));
        done.add("check " + table.name);
      }
    }
  }

  private void add(Source source) throws IOException {
    // Newer files may come before older ones in the order of names.
    String name = "data/%s/%d-%d.csv".formatted(source.name, random.nextInt(10), ++files);
    write(source, name, rows(source));
  }

  private void write(Source source, String file, List<Row> rows) throws IOException {
    source.files.put(file, rows);
    write(file, "ts,id,k,v\n" + rows.stream().map(Row::csv).collect(Collectors.joining()));
    done.add("write %s: %s".formatted(file, rows));
  }

  private List<Row> rows(Source source) {
    int first = random.nextInt(DAYS);
    List<Row> rows = new ArrayList<>();
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      LocalDate day = FIRST.plusDays(first + random.nextInt(2));
      // Keys come again where rows are told apart by them.
      long id = source.load == Load.KEYED ? random.nextInt(30) : ++ids;
      rows.add(
          new Row(
              "%s %02d:30".formatted(day, random.nextInt(24)),
              id,
              pick(List.of("x", "y", "z")),
              random.nextInt(200)));
    }
    return rows;
  }

  /**
   * Says that a run takes the files as they lie there.
   *
   * @param fromNothing whether rows of files that are gone go, too
   */
  void isRun(boolean fromNothing) {
    for (Source source : sources) {
      if (fromNothing || source.load == Load.REPLACE_ALL) {
        source.loaded.clear();
      }
      source.loaded.putAll(source.files);
    }
  }

  List<String> sources() {
    return sources.stream().map(Source::name).toList();
  }

  List<String> tables() {
    return List.copyOf(tables.keySet());
  }

  Load load(String source) {
    return named(source).load;
  }

  /** The rows of all files of a source that count. */
  List<Row> rowsOf(String source) {
    return named(source).loaded.values().stream().flatMap(List::stream).toList();
  }

  private Source named(String source) {
    return sources.stream().filter(s -> s.name.equals(source)).findFirst().orElseThrow();
  }

  /** What a table has to hold, as one statement over the sources. */
  String truth(String table) {
    StringBuilder sql = new StringBuilder();
    for (Table before : tables.values()) {
      sql.append(sql.isEmpty() ? "with " : ",\n")
          .append(before.name)
          .append(" as materialized (")
          .append(before.form.over(before.inputs, before.factor, false))
          .append(")");
    }
    return sql + "\nselect ts, id, k, v from " + table + " order by all";
  }

  /** All that was declared and done, for the message of a failure. */
  @Override
  public String toString() {
    return sources.stream().map(s -> s.name + ": " + s.load).toList()
        + "\n"
        + tables.values().stream().map(Table::toString).collect(Collectors.joining("\n"))
        + "\n"
        + String.join("\n", done);
  }
}

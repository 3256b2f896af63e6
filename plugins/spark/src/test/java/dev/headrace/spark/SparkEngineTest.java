package dev.headrace.spark;

import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.testkit.engine.SqlEngineContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** The contract of engines, kept by Spark. */
class SparkEngineTest extends SqlEngineContract {
  private final List<SparkDriver> drivers = new ArrayList<>();

  @Override
  public SqlEngine openEngine(Path directory) {
    return SparkEngine.open(SharedDriver.get(), SparkAccess.to(List.of(directory)));
  }

  /** Spark's memory is its process's: one with the least that Spark starts with. */
  @Override
  public SqlEngine openEngine(Path directory, long memoryLimitBytes) {
    SparkLaunch small = SharedDriver.launch("small", "480m");
    SparkDriver driver = SparkDriver.of(small);
    drivers.add(driver);
    return SparkEngine.open(driver, SparkAccess.to(List.of(directory)));
  }

  @AfterEach
  void closeDrivers() {
    drivers.forEach(SparkDriver::close);
  }

  @Override
  public String instantSql(String text) {
    return "timestamp_ltz '" + text + "'";
  }

  /** Spark has no UUIDs: they are text there. */
  @Override
  public String uuidSql(String text) {
    return "'" + text + "'";
  }

  @Override
  public String binarySql(String text) {
    return "cast('" + text + "' as binary)";
  }

  @Override
  public String listSql(String... elements) {
    return "array(" + String.join(", ", elements) + ")";
  }

  @Override
  public String structSql(String field, String value) {
    return "named_struct('" + field.replace("'", "''") + "', " + value + ")";
  }

  @Override
  public String nestedSql() {
    return "select 1 as id, named_struct('a b', 7, 'when', timestamp '2024-03-10 02:30:00',"
        + " 'items', array(named_struct('sku', 'x', 'n', 1), named_struct('sku', 'y', 'n', 2)))"
        + " as s, array(1, null, 3) as l, map('k', 1.50) as m";
  }

  @Override
  public String slowSql() {
    return "select a.range as x, sum(a.range * b.range % 7) as y"
        + " from range(300000) as a(range), range(300000) as b(range) group by 1";
  }

  @Override
  public List<String> escapes(Path secretFile, Path writableDirectory) {
    String path = secretFile.toString();
    List<String> places =
        List.of(
            "csv.`" + path + "`",
            "text.`" + path + "`",
            "`csv`.`" + path + "`",
            "json.`" + path + "`",
            "binaryFile.`" + path + "`",
            "parquet.`" + path + "`",
            "`" + path + "`",
            "\"" + path + "\"",
            "delta.`" + path + "`",
            "spark_catalog.default.t",
            "global_temp.t",
            "information_schema.tables",
            "identifier('csv.`" + path + "`')",
            "sql_keywords()",
            "collations()",
            "read_files('" + path + "')",
            "python_worker_logs()");
    List<String> around =
        List.of(
            "select * from %s",
            "from %s",
            "table %s",
            "select (select count(*) from %s)",
            "select 1 where exists (select * from %s)",
            "select 1 in (select 1 from %s)",
            "with x as (select * from %s) select * from x",
            "with x as (select 1), y as (select * from %s) select * from x, y",
            "values ((select count(*) from %s))",
            "select * from range(1) t, lateral (select * from %s)",
            "select 1 union all select count(*) from %s",
            "select 1 order by (select count(*) from %s)",
            "select sum(id) over (order by (select count(*) from %s)) from range(3)",
            "select transform(array(1), x -> (select count(*) from %s))",
            "select count(*) filter (where exists (select * from %s)) from range(3)",
            "select * from %s version as of 1",
            "select * from (select * from %s) pivot (count(1) for a in (1))",
            "describe %s",
            "cache table x as select * from %s",
            "create temporary view x as select * from %s");
    List<String> others =
        List.of(
            "select java_method('java.lang.System', 'getenv', 'HOME')",
            "select reflect('java.lang.System', 'getProperty', 'user.home')",
            "select try_reflect('java.lang.System', 'getProperty', 'user.home')",
            "select system.builtin.reflect('java.lang.System', 'getProperty', 'user.home')",
            "select `reflect`('java.lang.System', 'getProperty', 'user.home')",
            "select identifier('reflect')('java.lang.System', 'getProperty', 'user.home')",
            "select * from range(1) where reflect('java.lang.System', 'gc') is null",
            "select transform(array(1), x -> reflect('java.lang.System', 'gc'))",
            "select sum(1) over (partition by java_method('java.lang.System', 'gc'))",
            "select case when java_method('java.lang.System', 'gc') is null then 1 end",
            "select input_file_name()",
            "select current_user()",
            "select transform(1) using 'cat " + path + "'",
            "from (select 1 as a) map a using 'cat " + path + "' as b",
            "insert overwrite directory '" + writableDirectory + "/x' using csv select 1",
            "insert overwrite local directory '" + writableDirectory + "/x' select 1",
            "create table x using csv location '" + writableDirectory + "/x' as select 1",
            "create table csv.`" + writableDirectory + "/x` as select 1",
            "load data local inpath '" + path + "' into table x",
            "add jar '" + path + "'",
            "add file '" + path + "'",
            "list files",
            "set spark.sql.runSQLOnFiles=true",
            "set -v",
            "reset",
            "use spark_catalog",
            "show tables",
            "show databases",
            "explain select 1",
            "execute immediate 'select 1'",
            "declare x int",
            "begin select 1; end",
            "refresh '" + path + "'",
            "create function f as 'x.Y' using jar '" + path + "'",
            "select 1; select 2",
            "select :x",
            "select ?",
            "call system.x()",
            "with x as (insert into t values (1)) select 1");
    return Stream.concat(
            places.stream()
                .flatMap(place -> around.stream().map(text -> text.replace("%s", place))),
            others.stream())
        .collect(Collectors.toList());
  }
}

package dev.headrace.benchmarks;

import io.trino.tpch.TpchTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The 22 queries with the specification's validation values, as the generator's jar has them. */
final class TpchQueries {
  /** The jar makes a view first; a query has no way to. */
  private static final String QUERY_15 =
      """
      with revenue as (
        select l_suppkey as supplier_no, sum(l_extendedprice * (1 - l_discount)) as total_revenue
        from lineitem
        where l_shipdate >= date '1996-01-01'
          and l_shipdate < date '1996-01-01' + interval '3' month
        group by l_suppkey)
      select s_suppkey, s_name, s_address, s_phone, total_revenue
      from supplier, revenue
      where s_suppkey = supplier_no
        and total_revenue = (select max(total_revenue) from revenue)
      order by s_suppkey
      """;

  /** Rows of each answer at scale factor 1, as the specification's answer set has them. */
  static final List<Integer> ROWS_AT_SCALE_1 =
      List.of(4, 100, 10, 5, 5, 1, 4, 2, 175, 20, 1048, 2, 42, 1, 1, 18314, 1, 57, 1, 186, 100, 7);

  private TpchQueries() {}

  /** All queries; query n is at n - 1. */
  static List<String> all() {
    return IntStream.rangeClosed(1, 22).mapToObj(TpchQueries::query).toList();
  }

  private static String query(int number) {
    return number == 15
        ? QUERY_15
        : read("q" + number + ".sql").replaceAll("(?m)^--.*$", "").strip();
  }

  /** The rows of an answer at scale factor 0.01, fields separated by bars. */
  static List<String> answerAtScaleHundredth(int number) {
    return read("q" + number + ".result")
        .lines()
        .filter(line -> !line.startsWith("--") && !line.isBlank())
        .map(line -> line.endsWith("|") ? line.substring(0, line.length() - 1) : line)
        .collect(Collectors.toList());
  }

  private static String read(String name) {
    try (InputStream in = TpchTable.class.getResourceAsStream("queries/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the generator's jar has no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

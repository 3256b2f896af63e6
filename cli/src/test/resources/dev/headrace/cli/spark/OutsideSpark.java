import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A program of somebody who knows Spark and Iceberg, and of Headrace an address and a key. */
public final class OutsideSpark {
  public static void main(String[] arguments) {
    String url = arguments[0];
    String key = arguments[1];
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.sql.shuffle.partitions", "1")
            // docs: the lines of docs/rest-catalog.md
            .config("spark.sql.catalog.shop", "org.apache.iceberg.spark.SparkCatalog")
            .config("spark.sql.catalog.shop.type", "rest")
            .config("spark.sql.catalog.shop.uri", url + "/iceberg")
            .config("spark.sql.catalog.shop.warehouse", "prod")
            .config("spark.sql.catalog.shop.token", key)
            // end of docs
            .config(
                "spark.sql.extensions",
                "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
            .getOrCreate();
    print(
        spark,
        "select country, count(*), sum(total) from shop.main.orders"
            + " where total > 1 group by country order by country");
    print(spark, "select * from shop.main.big_orders order by id");
    System.out.println(
        "row [raw columns: " + String.join(",", spark.table("shop.main.raw").columns()) + "]");
    print(spark, "select id, _line from shop.main.raw order by id limit 1");
    spark.sql("insert into shop.main.orders values (4, 'IS', 1.0)");
    print(spark, "select count(*) from shop.main.orders");
    spark.stop();
  }

  private static void print(SparkSession spark, String sql) {
    List<Row> rows = Arrays.asList((Row[]) spark.sql(sql).collect());
    rows.forEach(row -> System.out.println("row " + row));
  }
}

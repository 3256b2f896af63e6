import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Spark as anybody runs it, without Headrace: started from its source with nothing but Spark's
 * libraries on the class path, so that it can be read what it does.
 *
 * <p>Reads lines: {@code view NAME FILE...} names Parquet files, {@code run DIRECTORY SQL} writes
 * what a statement yields. Answers {@code done} to each.
 */
public final class PlainSpark {
  public static void main(String[] arguments) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.sql.timestampType", "TIMESTAMP_NTZ")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.parquet.compression.codec", "zstd")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("done");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", 3);
      if (words[0].equals("view")) {
        spark.read().parquet(words[2].split(" ")).createOrReplaceTempView(words[1]);
      } else {
        spark.sql(words[2]).write().mode(SaveMode.Overwrite).parquet(words[1]);
      }
      System.out.println("done");
    }
    spark.stop();
  }
}

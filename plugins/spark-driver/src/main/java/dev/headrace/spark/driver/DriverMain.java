package dev.headrace.spark.driver;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.headrace.spark.wire.Frames;
import dev.headrace.spark.wire.Protocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import org.apache.spark.sql.classic.SparkSession;

/**
 * Starts Spark, answers until it is told to stop or its parent is gone.
 *
 * <p>Settings come as Spark's own ({@code --conf}, system properties); the secret comes as the
 * first line of standard input, because a command line and an environment can be read by others.
 */
public final class DriverMain {
  private DriverMain() {}

  public static void main(String[] args) throws IOException {
    // Spark prints here and there; only the line that is waited for belongs on standard output.
    PrintStream answer = System.out;
    System.setOut(System.err);
    Locale.setDefault(Locale.ROOT);
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    BufferedReader parent =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String secret = parent.readLine();
    String settings = parent.readLine();
    if (secret == null || settings == null) {
      throw new IllegalStateException("no secret and settings on standard input");
    }
    Lifeline.hold(parent);
    Map<String, String> told =
        Frames.JSON.readValue(settings, new TypeReference<TreeMap<String, String>>() {});
    LakeCatalog catalog = LakeCatalog.of(told);
    SparkSession spark = Settings.start(told);
    DriverServer server = DriverServer.start(spark, catalog, secret.strip());
    answer.println(Protocol.READY + Protocol.VERSION + " " + server.port() + " " + spark.version());
    answer.flush();
  }
}

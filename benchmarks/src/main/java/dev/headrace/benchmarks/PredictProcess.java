package dev.headrace.benchmarks;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.server.http.HttpServer;
import dev.headrace.spi.engine.Watch;
import java.io.IOException;
import java.nio.file.Path;

/** Serves a project until its standard input ends; says on which port. Argument: the project. */
public final class PredictProcess {
  private PredictProcess() {}

  public static void main(String[] args) throws IOException {
    try (Headrace headrace = Headrace.open(Path.of(args[0]), Ambient.ofProcess(), false);
        HttpServer server = headrace.serve("127.0.0.1", 0)) {
      headrace.online().refresh("prod", Watch.none());
      System.out.println("serving " + server.uri().getPort());
      System.out.flush();
      System.in.read(); // Until the parent closes it.
    }
    System.exit(0);
  }
}

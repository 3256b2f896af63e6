package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.server.http.HttpServer;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headrace serve}: answers over HTTP until it is stopped. */
@Command(
    name = "serve",
    description =
        "serve the project over HTTP: the Iceberg REST catalog, features, models and flags",
    footer = {
      "",
      "Only programs of this machine get in, unless another --host is given and keys are configured",
      "under 'serve:' in headrace.yaml. Ctrl-C finishes what is under way and stops.",
      "Examples:",
      "  headrace serve",
      "  headrace serve --port 0 --json       any free port; tells which"
    })
final class ServeCommand implements Action {
  @Option(names = "--port", paramLabel = "PORT", description = "port to listen on (default: 8080)")
  private @Nullable Integer port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "address to listen on (default: 127.0.0.1)")
  private @Nullable String host;

  private record ServeJson(String url, String iceberg, String ofrep) {}

  @Override
  public int run(Invocation call) throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    // Whoever sees the server answer may stop it: the signal is heard before it does.
    try (Headrace headrace = call.open();
        Interrupts.Registration _ = call.interrupts().onInterrupt(stopped::countDown);
        HttpServer server = headrace.serve(host, port)) {
      String iceberg = server.uri() + "/iceberg";
      String ofrep = server.uri() + "/ofrep";
      if (call.console().json()) {
        JsonOut.print(call.console(), new ServeJson(server.uri().toString(), iceberg, ofrep));
      } else {
        call.console()
            .out()
            .write(
                "Serving project %s on %s%n  Iceberg REST catalog  %s%n  Flags over OFREP      %s%nCtrl-C stops.%n"
                    .formatted(headrace.project().config().name(), server.uri(), iceberg, ofrep));
      }
      call.console().flush();
      stopped.await();
      return 0;
    }
  }
}

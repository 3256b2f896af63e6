package dev.headrace.server.http;

import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Secret;
import java.time.Duration;
import java.util.List;

/** What a project may say about being served, under {@code serve:}. */
@Doc("How the project is served over HTTP.")
public record ServeSpec(
    @Doc("Port to listen on; 0 takes any that is free. The option --port comes first.")
        @Default("8080")
        int port,
    @Doc(
            "Address to listen on; the default lets programs of this machine in only. The option"
                + " --host comes first.")
        @Default("127.0.0.1")
        String host,
    @Doc(
            "Keys, one of which a request has to carry as 'Authorization: Bearer KEY'; needed on any"
                + " address that other machines can reach.")
        @Default("[]")
        List<Secret> keys,
    @Doc("Largest request that is taken.") @Default("64MiB") ByteSize maxRequest,
    @Doc("How long a request may take to arrive, and a connection may rest.") @Default("30s")
        Duration patience) {
  public ServeSpec {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("must have 'port' from 0 to 65535, but is " + port);
    }
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("must have 'patience' above 0, but is " + patience);
    }
    for (Secret key : keys) {
      if (key.reveal().length() < 16) {
        throw new IllegalArgumentException("must have 'keys' of at least 16 characters each");
      }
    }
    keys = List.copyOf(keys);
  }

  /** The same, listening elsewhere. */
  public ServeSpec on(String otherHost, int otherPort) {
    return new ServeSpec(otherPort, otherHost, keys, maxRequest, patience);
  }
}

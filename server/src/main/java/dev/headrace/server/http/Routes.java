package dev.headrace.server.http;

import io.helidon.webserver.http.HttpRules;

/** What one room serves. The composition root lists one of these per room. Thread-safe. */
public interface Routes {
  /** The path that all of them lie beneath, for example {@code /iceberg}. */
  String path();

  /** Registers the handlers, with paths relative to {@link #path}. */
  void register(HttpRules rules);

  /** How a failure is told in this room's protocol. */
  default Reply failure(Throwable thrown) {
    return Reply.failure(thrown);
  }
}

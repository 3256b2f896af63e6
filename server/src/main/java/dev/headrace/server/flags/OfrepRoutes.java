package dev.headrace.server.flags;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.decisions.assignment.Evaluation;
import dev.headrace.decisions.assignment.Flags;
import dev.headrace.server.http.Exchange;
import dev.headrace.server.http.Reply;
import dev.headrace.server.http.Routes;
import dev.headrace.server.http.ServerError;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import io.helidon.webserver.http.HttpRules;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Evaluates flags for programs elsewhere: one at a time, or all at once with an entity tag, so that
 * a client that asks again learns that nothing has changed.
 */
public final class OfrepRoutes implements Routes {
  private static final String PATH = "/ofrep";
  private static final String EVALUATE = PATH + "/v1/evaluate/flags";
  private static final String CONFIGURATION = PATH + "/v1/configuration";

  private final Flags flags;

  public OfrepRoutes(Flags flags) {
    this.flags = flags;
  }

  @Override
  public String path() {
    return PATH;
  }

  @Override
  public void register(HttpRules rules) {
    rules.any(Exchange.handler(this::answer));
  }

  @Override
  public Reply failure(Throwable thrown) {
    if (thrown instanceof HeadraceException e && e.code().kind() != ErrorKind.INTERNAL) {
      int status = ServerError.httpStatus(e.code());
      String details = String.valueOf(e.getMessage());
      // What the protocol names by status alone has no code of its own.
      return Reply.json(
          status,
          status == 401 || status == 403
              ? Documents.details(details)
              : Documents.failure("", "GENERAL", details));
    }
    return Reply.json(500, Documents.details("Cannot answer: a defect of Headrace."));
  }

  private Reply answer(Exchange exchange) {
    String path = exchange.rawPath();
    if (path.equals(CONFIGURATION)) {
      exchange.requireMethod("GET");
      return Reply.json(200, Documents.configuration());
    }
    if (path.equals(EVALUATE) || path.equals(EVALUATE + "/")) {
      exchange.requireMethod("POST");
      return all(exchange);
    }
    if (path.startsWith(EVALUATE + "/")) {
      exchange.requireMethod("POST");
      return one(exchange, decoded(path.substring(EVALUATE.length() + 1)));
    }
    throw exchange.missing("Flags are evaluated by POST %s/{key}.".formatted(EVALUATE));
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return segment;
    }
  }

  private Reply one(Exchange exchange, String key) {
    JsonNode context;
    try {
      context = Contexts.read(exchange.body());
    } catch (Contexts.Refused refused) {
      return Reply.json(
          400, Documents.failure(key, refused.code(), String.valueOf(refused.getMessage())));
    }
    return switch (flags.evaluate(key, context)) {
      case Evaluation.Value value -> Reply.json(200, Documents.value(value));
      case Evaluation.Failure failure ->
          Reply.json(
              failure.code() == Evaluation.Code.FLAG_NOT_FOUND ? 404 : 400,
              Documents.failure(failure.key(), failure.code().name(), failure.details()));
    };
  }

  private Reply all(Exchange exchange) {
    JsonNode context;
    try {
      context = Contexts.read(exchange.body());
    } catch (Contexts.Refused refused) {
      return Reply.json(
          400, Documents.failure("", refused.code(), String.valueOf(refused.getMessage())));
    }
    List<Evaluation> evaluations = flags.evaluateAll(context);
    byte[] body = Documents.all(evaluations);
    String tag = Documents.tag(body);
    boolean known =
        exchange.header("If-None-Match").stream()
            .flatMap(tags -> Arrays.stream(tags.split(",")))
            .map(String::strip)
            .map(one -> one.startsWith("W/") ? one.substring(2) : one)
            .anyMatch(one -> one.equals(tag) || one.equals("*"));
    return (known ? Reply.empty(304) : Reply.json(200, body)).with("ETag", tag);
  }
}

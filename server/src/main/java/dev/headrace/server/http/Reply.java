package dev.headrace.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.spi.error.HeadraceException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A response. Immutable. */
public final class Reply {
  private static final String JSON = "application/json";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final int status;
  private final String contentType;
  private final Map<String, String> headers;
  private final byte[] body;

  private Reply(int status, String contentType, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.contentType = contentType;
    this.headers = Map.copyOf(headers);
    this.body = body;
  }

  /**
   * Any document.
   *
   * @param body handed over: not to be changed afterwards
   */
  public static Reply of(int status, String contentType, byte[] body) {
    return new Reply(status, contentType, Map.of(), body);
  }

  /** A JSON document. */
  public static Reply json(int status, byte[] document) {
    return of(status, JSON, document);
  }

  /** A status alone. */
  public static Reply empty(int status) {
    return of(status, JSON, new byte[0]);
  }

  public int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  /** Besides length and type. */
  Map<String, String> headers() {
    return headers;
  }

  /** Empty for none. */
  byte[] body() {
    return body;
  }

  /** The same with another status. */
  public Reply as(int other) {
    return new Reply(other, contentType, headers, body);
  }

  /** The same with one more header. */
  public Reply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, contentType, more, body);
  }

  /**
   * A failure as {@code {"code": …, "message": …, "hint": …}}. A defect tells nothing of itself.
   */
  public static Reply failure(Throwable thrown) {
    return thrown instanceof HeadraceException e
        ? failure(
            ServerError.httpStatus(e.code()),
            e.code().name(),
            String.valueOf(e.getMessage()),
            e.hint())
        : failure(
            500,
            "SERVER_INTERNAL",
            "Cannot answer: a defect of Headrace.",
            "The log of the server has the details.");
  }

  private static Reply failure(int status, String code, String message, String hint) {
    Map<String, String> document = new LinkedHashMap<>();
    document.put("code", code);
    document.put("message", message);
    document.put("hint", hint);
    try {
      return json(status, MAPPER.writeValueAsString(document).getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}

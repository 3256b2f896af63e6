package dev.headrace.server.iceberg;

import dev.headrace.data.warehouse.Warehouse;
import dev.headrace.data.warehouse.Warehouses;
import dev.headrace.server.http.Exchange;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTUtil;

/**
 * One request of the specification.
 *
 * @param variables of the path, still encoded
 */
record Call(Exchange exchange, Map<String, String> variables, Warehouses warehouses) {
  /** What separates the levels of a namespace in a path, as clients encode it. */
  private static final String LEVELS = "%1F";

  /** The warehouse that the prefix names. */
  Warehouse warehouse() {
    return warehouses.open(decoded("prefix"));
  }

  Namespace namespace() {
    return RESTUtil.decodeNamespace(variable("namespace"), LEVELS);
  }

  TableIdentifier table() {
    return TableIdentifier.of(namespace(), decoded("table"));
  }

  TableIdentifier view() {
    return TableIdentifier.of(namespace(), decoded("view"));
  }

  Optional<String> query(String name) {
    return exchange.query(name);
  }

  /** What the request carries. */
  <T> T body(Class<T> type) {
    return Json.read(exchange.body(), type);
  }

  /** The page that a list is asked for; empty when all of it is. */
  Optional<Page> page() {
    return query("pageSize").map(size -> Page.of(size, query("pageToken")));
  }

  private String decoded(String name) {
    return RESTUtil.decodeString(variable(name));
  }

  private String variable(String name) {
    String text = variables.getOrDefault(name, "");
    if (text.isEmpty()) {
      throw new BadRequestException("Cannot answer: the %s in the path is empty.", name);
    }
    return text;
  }

  /**
   * A part of a list.
   *
   * @param size entries, at least 1
   * @param token as the page before said; empty for the first
   */
  record Page(String size, String token) {
    static Page of(String size, Optional<String> token) {
      if (!size.matches("[0-9]{1,9}") || Integer.parseInt(size) < 1) {
        throw new BadRequestException(
            "Cannot list: pageSize is '%s', but must be a number from 1.", size);
      }
      String start = token.orElse("");
      if (!start.matches("[0-9]{0,9}")) {
        throw new BadRequestException("Cannot list: pageToken '%s' is none that was given.", start);
      }
      return new Page(size, start);
    }
  }
}

package dev.headrace.server.iceberg;

import dev.headrace.server.http.Exchange;
import dev.headrace.server.http.Reply;
import dev.headrace.server.http.ServerError;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import java.util.Map;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchIcebergTableException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.rest.responses.ErrorResponse;

/** Failures in the words of the specification: a status, a type and a message, no stack trace. */
final class Failures {
  private static final Map<Class<?>, Integer> STATUS =
      Map.ofEntries(
          Map.entry(IllegalArgumentException.class, 400),
          Map.entry(BadRequestException.class, 400),
          Map.entry(ValidationException.class, 400),
          Map.entry(NotAuthorizedException.class, 401),
          Map.entry(ForbiddenException.class, 403),
          Map.entry(NoSuchNamespaceException.class, 404),
          Map.entry(NoSuchTableException.class, 404),
          Map.entry(NoSuchIcebergTableException.class, 404),
          Map.entry(NoSuchViewException.class, 404),
          Map.entry(NoSuchWarehouseException.class, 404),
          Map.entry(NotFoundException.class, 404),
          Map.entry(UnsupportedOperationException.class, 406),
          Map.entry(AlreadyExistsException.class, 409),
          Map.entry(NamespaceNotEmptyException.class, 409),
          Map.entry(CommitFailedException.class, 409),
          Map.entry(UnprocessableEntityException.class, 422),
          Map.entry(CommitStateUnknownException.class, 500),
          Map.entry(ServiceUnavailableException.class, 503));

  private Failures() {}

  static Reply reply(Throwable thrown) {
    if (thrown instanceof HeadraceException e) {
      return reply(ServerError.httpStatus(e.code()), type(e), message(e));
    }
    Integer status = STATUS.get(thrown.getClass());
    return status == null
        ? reply(500, "InternalServerError", "Cannot answer: a defect of Headrace.")
        : reply(status, thrown.getClass().getSimpleName(), String.valueOf(thrown.getMessage()));
  }

  static HeadraceException noRoute(Exchange exchange, boolean otherMethod) {
    return new HeadraceException(
        otherMethod ? ServerError.SERVER_METHOD : ServerError.SERVER_ROUTE_MISSING,
        "Cannot answer '%s %s': the specification has no such request, or it is not served here."
            .formatted(exchange.method(), exchange.rawPath()),
        "GET /iceberg/v1/config lists what is.");
  }

  private static String message(HeadraceException e) {
    return e.hint().isEmpty() ? String.valueOf(e.getMessage()) : e.getMessage() + " " + e.hint();
  }

  /** The specification's name for what ours means to a client. */
  private static String type(HeadraceException e) {
    if (e.code() == ServerError.SERVER_UNAUTHORIZED) {
      return "NotAuthorizedException";
    }
    ErrorKind kind = e.code().kind();
    return switch (kind) {
      case INVALID, LIMIT -> "BadRequestException";
      case DENIED -> "ForbiddenException";
      case MISSING -> "NotFoundException";
      case CONFLICT -> "CommitFailedException";
      case UNKNOWN_OUTCOME -> "CommitStateUnknownException";
      case EXTERNAL -> "ServiceFailureException";
      case INTERNAL -> "InternalServerError";
    };
  }

  private static Reply reply(int status, String type, String message) {
    return Json.reply(
        status,
        ErrorResponse.builder().responseCode(status).withType(type).withMessage(message).build());
  }
}

package dev.headrace.data.lake.internal;

import dev.headrace.core.postgres.Postgres;
import dev.headrace.data.lake.LakeError;
import dev.headrace.spi.error.HeadraceException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.jdbc.UncheckedSQLException;

/** Iceberg's failures in our words. */
public final class Failures {
  private static final int SQLITE_BUSY = 5;

  /** Runs {@code work}; {@code what} completes "Cannot ...". */
  public static <T> T translate(String what, Supplier<T> work) {
    try {
      return work.get();
    } catch (UncheckedSQLException e) {
      throw new HeadraceException(
          LakeError.LAKE_CATALOG_UNAVAILABLE,
          "Cannot %s: the catalog's database failed with '%s'.".formatted(what, rootMessage(e)),
          "Check that the database of the lake can be reached and written, then try again.",
          e);
    } catch (UncheckedIOException | NotFoundException e) {
      throw new HeadraceException(
          LakeError.LAKE_STORAGE,
          "Cannot %s: %s.".formatted(what, rootMessage(e)),
          isGone(e)
              ? "A file of the lake was removed: bring it back, or remove the project's state"
                  + " directory and run again, which builds everything anew."
              : "Check free space and permissions of the lake's directory, then try again.",
          e);
    }
  }

  private static boolean isGone(RuntimeException failure) {
    return failure instanceof NotFoundException
        || failure.getCause() instanceof NoSuchFileException;
  }

  /** Whether the database refused before it did anything. */
  public static boolean isBusy(UncheckedSQLException e) {
    return e.getCause() instanceof SQLException cause
        && cause.getErrorCode() == SQLITE_BUSY
        && String.valueOf(cause.getMessage()).contains("BUSY");
  }

  /** Whether the connection broke, so that nobody knows what became of what was sent last. */
  public static boolean isLost(UncheckedSQLException e) {
    return e.getCause() instanceof SQLException cause && Postgres.isLost(cause);
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage());
    return root instanceof FileSystemException
        ? root.getClass().getSimpleName() + " " + message
        : message;
  }

  private Failures() {}
}

package dev.headrace.spi.engine;

import dev.headrace.spi.schema.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a query, read once from front to back in constant memory. Close it.
 *
 * <p>Values: {@code Boolean}, {@code Integer}, {@code Long}, {@code Float}, {@code Double}, {@code
 * BigDecimal}, {@code LocalDate}, {@code LocalTime}, {@code LocalDateTime}, {@code Instant}, {@code
 * String}, {@code UUID}, {@code byte[]}, {@code List}, {@code Map} (structs keep the order of their
 * fields) or null.
 */
public interface Rows extends AutoCloseable {
  /** Columns of the result; ids are 0. */
  Schema schema();

  /** The next row, or null at the end; the list is the caller's to keep. */
  @Nullable List<@Nullable Object> next();

  @Override
  void close();
}

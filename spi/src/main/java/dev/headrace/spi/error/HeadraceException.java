package dev.headrace.spi.error;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of Headrace.
 *
 * <p>The message reads "Cannot &lt;verb&gt; &lt;thing&gt; '&lt;name&gt;': &lt;reason with the
 * offending value&gt;."; the hint is one sentence that says what to do next. Catch it to add what
 * only you know, or let it pass: never log and throw.
 */
public class HeadraceException extends RuntimeException {
  private final transient ErrorCode code;
  private final String hint;
  private final transient @Nullable Location location;
  private final transient List<Problem> problems;

  public HeadraceException(ErrorCode code, String message, String hint) {
    this(code, message, hint, null, null);
  }

  public HeadraceException(ErrorCode code, String message, String hint, @Nullable Throwable cause) {
    this(code, message, hint, null, cause);
  }

  public HeadraceException(
      ErrorCode code,
      String message,
      String hint,
      @Nullable Location location,
      @Nullable Throwable cause) {
    super(Objects.requireNonNull(message, "message"), cause);
    this.code = Objects.requireNonNull(code, "code");
    this.hint = Objects.requireNonNull(hint, "hint");
    this.location = location;
    this.problems = List.of();
  }

  /**
   * A failure for several reasons, found in one look at the user's files.
   *
   * @param problems all of them; the message should tell each one too
   */
  public HeadraceException(ErrorCode code, String message, String hint, List<Problem> problems) {
    super(Objects.requireNonNull(message, "message"));
    this.code = Objects.requireNonNull(code, "code");
    this.hint = Objects.requireNonNull(hint, "hint");
    this.location = problems.isEmpty() ? null : problems.getFirst().location();
    this.problems = List.copyOf(problems);
  }

  /** The stable reason. */
  public ErrorCode code() {
    return code;
  }

  /** What to do next, one sentence; empty when there is nothing sensible to say. */
  public String hint() {
    return hint;
  }

  /** Where in the user's files, if it is about one place. */
  public Optional<Location> location() {
    return Optional.ofNullable(location);
  }

  /** Each single thing that is wrong, where validation gathered several; empty otherwise. */
  public List<Problem> problems() {
    return problems;
  }
}

package dev.headrace.core.project.spec;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory or disk, written {@code 512MB} (powers of 1000) or {@code 2GiB} (of 1024).
 */
@Doc("An amount of memory or disk such as 512MB (powers of 1000) or 2GiB (powers of 1024).")
public record ByteSize(long bytes) {
  /** What is written, for schemas. */
  static final String PATTERN = "^[0-9]{1,12}(\\.[0-9]{1,3})? ?([kKMGTP]i?)?B$";

  private static final Pattern FORM = Pattern.compile("([0-9.]+) ?(?:([KMGTP])(I)?)?B");
  private static final String STEPS = "KMGTP";

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("must not be negative");
    }
  }

  /**
   * Reads {@code 512MB}, {@code 1.5GiB} or {@code 100B}.
   *
   * @throws IllegalArgumentException if it is not so written, or is not a whole number of bytes
   */
  public static ByteSize parse(String text) {
    if (!text.matches(PATTERN)) {
      throw new IllegalArgumentException("must be a size with its unit, such as 512MB or 2GiB");
    }
    Matcher parts = FORM.matcher(text.replace('k', 'K').replace('i', 'I'));
    if (!parts.matches()) {
      throw new IllegalStateException(text);
    }
    String step = parts.group(2);
    int exponent = step == null ? 0 : STEPS.indexOf(step) + 1;
    BigDecimal unit = BigDecimal.valueOf(parts.group(3) == null ? 1000 : 1024).pow(exponent);
    try {
      return new ByteSize(new BigDecimal(parts.group(1)).multiply(unit).longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("must be a whole number of bytes below 8 EiB", e);
    }
  }

  /** The largest unit of 1024 that divides it: {@code 512MiB}, {@code 1000B}. */
  @Override
  public String toString() {
    long rest = bytes;
    int exponent = 0;
    while (rest != 0 && rest % 1024 == 0 && exponent < STEPS.length()) {
      rest /= 1024;
      exponent++;
    }
    return rest + (exponent == 0 ? "B" : STEPS.charAt(exponent - 1) + "iB");
  }
}

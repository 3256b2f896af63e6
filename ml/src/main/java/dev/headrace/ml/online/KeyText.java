package dev.headrace.ml.online;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads keys as a person types them, one word per column. */
public final class KeyText {
  private KeyText() {}

  /**
   * The key that the words mean.
   *
   * @throws HeadraceException ONLINE_KEY with the word that does not fit
   */
  public static EntityKey read(ViewLayout layout, List<String> words) {
    List<Field> parts = layout.keys().fields();
    if (words.size() != parts.size()) {
      throw wrong(
          layout,
          String.join(" ", words),
          "the view is read by %s, so it takes %d, not %d"
              .formatted(layout.keys().names(), parts.size(), words.size()));
    }
    List<Object> values = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      try {
        values.add(value(parts.get(i).type(), words.get(i)));
      } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
        throw wrong(
            layout,
            words.get(i),
            "%s is %s".formatted(parts.get(i).name(), name(parts.get(i).type())));
      }
    }
    return layout.keyCodec().encode(values);
  }

  private static Object value(Type type, String word) {
    return switch (type) {
      case Primitive.INT, Primitive.LONG -> Long.parseLong(word);
      case Primitive.STRING -> word;
      case Primitive.BOOLEAN -> truth(word);
      case Primitive.DATE -> LocalDate.parse(word);
      case Primitive.TIMESTAMP -> LocalDateTime.parse(word);
      case Primitive.TIMESTAMPTZ -> OffsetDateTime.parse(word).toInstant();
      case Primitive.UUID -> UUID.fromString(word);
      case Type.Decimal decimal ->
          new BigDecimal(word).setScale(decimal.scale(), RoundingMode.UNNECESSARY);
      default -> throw new IllegalArgumentException("not a key: " + type);
    };
  }

  private static boolean truth(String word) {
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(word);
    };
  }

  private static String name(Type type) {
    return switch (type) {
      case Primitive.INT, Primitive.LONG -> "a whole number";
      case Primitive.BOOLEAN -> "true or false";
      case Primitive.DATE -> "a date such as 2026-03-01";
      case Primitive.TIMESTAMP -> "a time such as 2026-03-01T12:00:00";
      case Primitive.TIMESTAMPTZ -> "a time such as 2026-03-01T12:00:00Z";
      case Primitive.UUID -> "a UUID";
      case Type.Decimal decimal -> "a number of at most " + decimal.scale() + " decimals";
      default -> "a text";
    };
  }

  private static HeadraceException wrong(ViewLayout layout, String word, String reason) {
    return new HeadraceException(
        OnlineError.ONLINE_KEY,
        "Cannot read view '%s' by key '%s': %s.".formatted(layout.id().view(), word, reason),
        "Type one word for each of " + layout.keys().names() + ".");
  }
}

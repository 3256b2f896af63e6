package dev.headrace.server.features;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads keys as clients write them. */
public final class KeyJson {
  /** What no row is found by: a key of which a part is null matches nothing, as in a join. */
  private static final EntityKey NONE = new EntityKey(new byte[0]);

  private KeyJson() {}

  /**
   * One key: the value itself where the view has one key column, else an array of values in the
   * order of the columns, or an object by their names.
   *
   * @param path where it stands, for example {@code keys[3]}
   * @throws HeadraceException FEATURES_REQUEST_KEY
   */
  static EntityKey read(ViewLayout layout, JsonNode node, String path) {
    List<Field> parts = layout.keys().fields();
    List<@Nullable Object> values = new ArrayList<>(parts.size());
    if (node.isObject()) {
      node.fieldNames()
          .forEachRemaining(
              name -> {
                if (layout.keys().fields().stream().noneMatch(part -> part.name().equals(name))) {
                  throw wrong(layout, path + "." + name, "is no key of the view");
                }
              });
      for (Field part : parts) {
        String place = path + "." + part.name();
        JsonNode value = node.get(part.name());
        if (value == null) {
          throw wrong(layout, place, "is missing");
        }
        values.add(value(layout, part, value, place));
      }
    } else if (node.isArray()) {
      if (node.size() != parts.size()) {
        throw wrong(
            layout, path, "has " + node.size() + " values, but the view has " + parts.size());
      }
      for (int i = 0; i < parts.size(); i++) {
        values.add(value(layout, parts.get(i), node.get(i), path + "[" + i + "]"));
      }
    } else if (parts.size() > 1) {
      throw wrong(layout, path, "must be an object or array of " + layout.keys().names());
    } else {
      values.add(value(layout, parts.getFirst(), node, path));
    }
    return of(layout, values);
  }

  /** The key of these values, of which some may be null. */
  public static EntityKey of(ViewLayout layout, List<? extends @Nullable Object> values) {
    List<Object> present = new ArrayList<>(values.size());
    for (Object value : values) {
      if (value == null) {
        return NONE;
      }
      present.add(value);
    }
    return layout.keyCodec().encode(present);
  }

  /**
   * One part of a key; null for null.
   *
   * @throws HeadraceException FEATURES_REQUEST_KEY
   */
  public static @Nullable Object value(ViewLayout layout, Field part, JsonNode node, String path) {
    if (node.isNull()) {
      return null;
    }
    try {
      switch (part.type()) {
        case Primitive.INT, Primitive.LONG -> {
          if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
          }
        }
        case Primitive.BOOLEAN -> {
          if (node.isBoolean()) {
            return node.booleanValue();
          }
        }
        case Type.Decimal decimal -> {
          if (node.isNumber() || node.isTextual()) {
            return new BigDecimal(node.asText())
                .setScale(decimal.scale(), RoundingMode.UNNECESSARY);
          }
        }
        default -> {
          if (node.isTextual()) {
            return ofText(part.type(), node.textValue());
          }
        }
      }
    } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
      throw wrong(layout, path, expected(part.type(), node));
    }
    throw wrong(layout, path, expected(part.type(), node));
  }

  private static Object ofText(Type type, String text) {
    return switch (type) {
      case Primitive.STRING -> text;
      case Primitive.DATE -> LocalDate.parse(text);
      case Primitive.TIMESTAMP -> LocalDateTime.parse(text);
      case Primitive.TIMESTAMPTZ -> OffsetDateTime.parse(text).toInstant();
      case Primitive.UUID -> uuid(text);
      default -> throw new IllegalArgumentException("not a key: " + type);
    };
  }

  private static UUID uuid(String text) {
    if (text.length() != 36) {
      throw new IllegalArgumentException("not a UUID"); // The JDK would take shorter ones.
    }
    return UUID.fromString(text);
  }

  private static String expected(Type type, JsonNode node) {
    String wanted =
        switch (type) {
          case Primitive.INT, Primitive.LONG -> "a whole number";
          case Primitive.BOOLEAN -> "true or false";
          case Primitive.STRING -> "a text";
          case Primitive.DATE -> "a date such as \"2026-03-01\"";
          case Primitive.TIMESTAMP -> "a time such as \"2026-03-01T12:00:00\"";
          case Primitive.TIMESTAMPTZ -> "a time such as \"" + Instant.EPOCH + "\"";
          case Primitive.UUID -> "a UUID";
          case Type.Decimal decimal -> "a number of at most " + decimal.scale() + " decimals";
          default -> type.toString();
        };
    String given = node.toString();
    return "must be "
        + wanted
        + ", but is "
        + (given.length() > 60 ? given.substring(0, 60) + "…" : given);
  }

  private static HeadraceException wrong(ViewLayout layout, String path, String reason) {
    return new HeadraceException(
        FeatureRequestError.FEATURES_REQUEST_KEY,
        "Cannot read keys of view '%s': %s %s.".formatted(layout.id().view(), path, reason),
        "Write keys as the types of " + layout.keys().names() + " are.");
  }
}

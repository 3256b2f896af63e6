package dev.headrace.data.tables;

import dev.headrace.data.sql.ColumnLineage.Bucketed;
import dev.headrace.data.sql.ColumnLineage.Cast;
import dev.headrace.data.sql.ColumnLineage.InZone;
import dev.headrace.data.sql.ColumnLineage.Step;
import dev.headrace.data.sql.ColumnLineage.Truncated;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Walks with a time through what a statement does to it, and tells whether it still has the day
 * under which the input's row is found: of an instant that of UTC, or as a date that of the
 * project's zone; of a time without a zone its own.
 */
final class DayOfTime {
  private final ZoneId zone;

  /**
   * @param zone the project's, which is the session's
   */
  DayOfTime(ZoneId zone) {
    this.zone = zone;
  }

  /** What a time is by now. */
  private enum Form {
    /** As it stands in an input, without a zone. */
    PLAIN,
    /** An instant that has the day in both zones. */
    INSTANT,
    /** An instant that has the day in UTC only: a plain time taken for one of UTC. */
    INSTANT_BY_UTC,
    /** Its time or date in the project's zone. */
    LOCAL,
    /** Its time or date of UTC. */
    OF_UTC,
    /** An instant that has the day in the project's zone only: the beginning of a day there. */
    INSTANT_BY_PROJECT
  }

  private static final class Moved extends RuntimeException {
    Moved(String reason) {
      super(reason, null, false, false);
    }
  }

  /**
   * Why a result's time may have another day than its input's.
   *
   * @param from type of the input's column
   * @param to type of the result's
   * @return empty if it has the same
   */
  Optional<String> moved(Type from, List<Step> steps, Type to) {
    try {
      if (isUtc(zone)) {
        steps.forEach(this::requireUtc);
        return Optional.empty();
      }
      boolean plain = from != Primitive.TIMESTAMPTZ;
      Form form = plain ? Form.PLAIN : Form.INSTANT;
      for (Step step : steps) {
        form = after(form, step);
      }
      form = cast(form, to == Primitive.TIMESTAMPTZ);
      if (form == Form.INSTANT_BY_PROJECT) {
        return Optional.of(
            "it holds instants at which days or hours begin in %s, and a table is built by days of UTC"
                .formatted(zone));
      }
      // $from and $to have the type of the result. Held against the input's time, which most
      // statements do, a time without a zone is one of the project's.
      boolean byUtc = form == Form.OF_UTC || (form == Form.INSTANT_BY_UTC && plain);
      return byUtc
          ? Optional.of(
              "it goes by UTC, where $from and $to beside its input's time go by %s"
                  .formatted(zone))
          : Optional.empty();
    } catch (Moved e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Where the project's zone is UTC, all forms have the same day. */
  private void requireUtc(Step step) {
    if (step instanceof InZone(String name) && !isUtc(rules(name))) {
      throw daysOf(name);
    }
  }

  private Form after(Form form, Step step) {
    return switch (step) {
      case Cast(boolean instant) -> cast(form, instant);
      case InZone(String name) -> inZone(form, name);
      case Truncated(boolean day) -> {
        boolean plain = form == Form.PLAIN || form == Form.LOCAL || form == Form.OF_UTC;
        if (plain || (!day && inWholeHours(zone))) {
          yield form;
        }
        if (form == Form.INSTANT_BY_UTC) {
          throw ofUtcIn();
        }
        yield Form.INSTANT_BY_PROJECT;
      }
      case Bucketed _ -> {
        if (form == Form.INSTANT_BY_PROJECT) {
          throw ofUtcIn();
        }
        yield form == Form.INSTANT ? Form.INSTANT_BY_UTC : form;
      }
    };
  }

  private Form cast(Form form, boolean instant) {
    return switch (form) {
      case PLAIN, LOCAL, OF_UTC -> {
        if (instant) {
          throw new Moved(
              "it makes an instant of a time without a zone, and in UTC that may be another day");
        }
        yield form;
      }
      case INSTANT, INSTANT_BY_PROJECT -> instant ? form : Form.LOCAL;
      case INSTANT_BY_UTC -> {
        if (!instant) {
          throw ofUtcIn();
        }
        yield form;
      }
    };
  }

  private Form inZone(Form form, String name) {
    Optional<ZoneRules> rules = rules(name);
    boolean ofUtc = isUtc(rules);
    boolean ofProject = rules.equals(Optional.of(zone.getRules()));
    return switch (form) {
      case PLAIN, OF_UTC -> {
        if (ofUtc) {
          yield Form.INSTANT_BY_UTC;
        }
        throw daysOf(name);
      }
      case INSTANT_BY_UTC -> {
        if (ofUtc) {
          yield Form.PLAIN;
        }
        throw daysOf(name);
      }
      case INSTANT -> {
        if (ofProject) {
          yield Form.LOCAL;
        }
        if (ofUtc) {
          yield Form.OF_UTC;
        }
        throw daysOf(name);
      }
      case LOCAL, INSTANT_BY_PROJECT -> {
        if (ofProject) {
          yield form == Form.LOCAL ? Form.INSTANT_BY_PROJECT : Form.LOCAL;
        }
        throw daysOf(name);
      }
    };
  }

  private Moved ofUtcIn() {
    return new Moved("it goes by the days of %s of what is a time of UTC".formatted(zone));
  }

  private Moved daysOf(String name) {
    return new Moved(
        "its days are those of %s, and those of its input are UTC's or, of instants, the project's (%s)"
            .formatted(name, zone));
  }

  private static boolean isUtc(ZoneId zone) {
    return zone.normalized().equals(ZoneOffset.UTC);
  }

  private static boolean isUtc(Optional<ZoneRules> rules) {
    return rules.equals(Optional.of(ZoneOffset.UTC.getRules()));
  }

  private static Optional<ZoneRules> rules(String zone) {
    try {
      return Optional.of(ZoneId.of(zone, Map.of()).getRules());
    } catch (DateTimeException e) {
      // The engine takes a name in any case.
      return ZoneId.getAvailableZoneIds().stream()
          .filter(known -> known.equalsIgnoreCase(zone))
          .findFirst()
          .map(known -> ZoneId.of(known).getRules());
    }
  }

  /** Whether its hours have begun with those of UTC since 1970. */
  private static boolean inWholeHours(ZoneId zone) {
    ZoneRules rules = zone.getRules();
    return isWholeHours(rules.getOffset(Instant.EPOCH))
        && isWholeHours(rules.getOffset(Instant.parse("2100-01-01T00:00:00Z")))
        && rules.getTransitions().stream()
            .filter(transition -> transition.getInstant().isAfter(Instant.EPOCH))
            .map(ZoneOffsetTransition::getOffsetAfter)
            .allMatch(DayOfTime::isWholeHours);
  }

  private static boolean isWholeHours(ZoneOffset offset) {
    return offset.getTotalSeconds() % 3_600 == 0;
  }
}

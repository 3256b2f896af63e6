package dev.headrace.ml.learn.tune;

import dev.headrace.core.project.Names;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.spi.error.HeadraceException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A learner with some of its numbers replaced, by the keys they have in YAML. */
public final class Settings {
  private Settings() {}

  /** The keys of a learner's numbers. */
  static List<String> numbers(LearnSpec learner) {
    return Arrays.stream(learner.getClass().getRecordComponents())
        .filter(component -> isNumber(component.getType()))
        .map(Settings::key)
        .toList();
  }

  private static boolean isNumber(Class<?> type) {
    return type == int.class
        || type == Integer.class
        || type == double.class
        || type == Double.class
        || type == Percentage.class;
  }

  private static String key(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /**
   * The learner with other numbers.
   *
   * @throws HeadraceException LEARN_SETTING where it has no such setting, or refuses the number
   */
  public static LearnSpec with(LearnSpec learner, Map<String, Double> numbers) {
    List<String> known = numbers(learner);
    for (String name : numbers.keySet()) {
      if (!known.contains(name)) {
        throw refused(
            "the learner has no number '" + name + "'",
            known.isEmpty() ? "It has none to tune." : Names.suggest(name, known),
            null);
      }
    }
    RecordComponent[] components = learner.getClass().getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    @Nullable Object[] values = new Object[components.length];
    try {
      for (int i = 0; i < components.length; i++) {
        Double number = numbers.get(key(components[i]));
        var accessor = components[i].getAccessor();
        accessor.setAccessible(true);
        values[i] = number == null ? accessor.invoke(learner) : as(types[i], number);
      }
      var constructor = learner.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException reason) {
        throw refused(
            "the learner " + Objects.requireNonNullElse(reason.getMessage(), "refuses them"),
            "Change the range under 'tune'.",
            reason);
      }
      throw new IllegalStateException(learner.toString(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(learner.toString(), e);
    }
  }

  private static Object as(Class<?> type, double number) {
    if (type == Percentage.class) {
      return new Percentage(BigDecimal.valueOf(number));
    }
    if (type == double.class || type == Double.class) {
      return number;
    }
    return (int) Math.rint(number);
  }

  private static HeadraceException refused(String reason, String hint, @Nullable Throwable cause) {
    return new HeadraceException(
        LearnError.LEARN_SETTING, "Cannot tune with these ranges: " + reason + ".", hint, cause);
  }
}

package dev.headrace.decisions.experiments.kept;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.decisions.experiments.scan.Extremes;
import dev.headrace.decisions.experiments.scan.Sums;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an experiment: a small file that names the Parquet files with its units' totals.
 *
 * @param definition of everything that the totals depend on besides rows
 * @param tables what was read
 * @param layers files of totals; a unit's are those of the last layer that speaks of it
 * @param sums of all of them
 */
public record Kept(String definition, Map<String, State> tables, List<Layer> layers, Sums sums) {
  static final String FILE = "kept.json";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /**
   * A table as it was read.
   *
   * @param publication its number; later ones are greater
   * @param lastDay of its event time, in UTC
   */
  record State(String state, long publication, @Nullable String lastDay) {
    Optional<LocalDate> last() {
      return Optional.ofNullable(lastDay).map(LocalDate::parse);
    }
  }

  /**
   * Totals that were computed together.
   *
   * @param files with a row per unit
   * @param rows in them
   * @param others files with units that this layer speaks of and that may have no row any more
   * @param added what is added to totals of units of earlier layers that this one does not speak of
   */
  record Layer(List<String> files, long rows, List<String> others, Added added) {
    /** Every file that names units whose totals are those of this layer, or none. */
    List<String> naming() {
      List<String> all = new ArrayList<>(files);
      all.addAll(others);
      return all;
    }

    private Stream<String> everyFile() {
      return Stream.concat(naming().stream(), added.files().stream());
    }
  }

  /**
   * What later rows add to totals.
   *
   * @param files with a row per unit
   * @param columns that they have
   */
  record Added(List<String> files, long rows, List<Integer> columns) {
    static final Added NOTHING = new Added(List.of(), 0, List.of());

    /** Rows of later days may be of nobody who is known: then there is no column of them either. */
    Added {
      columns = files.isEmpty() ? List.of() : columns;
    }

    boolean isNothing() {
      return files.isEmpty();
    }
  }

  /** Sums in a form that is written as JSON. */
  record SumsForm(
      Map<String, ArmForm> arms,
      long inSeveral,
      @Nullable String newest,
      Map<Integer, Map<String, Map<String, ArmForm>>> slices) {
    static SumsForm of(Sums sums) {
      Map<Integer, Map<String, Map<String, ArmForm>>> slices = new TreeMap<>();
      sums.slices()
          .forEach(
              (dimension, levels) -> {
                Map<String, Map<String, ArmForm>> byLevel = new TreeMap<>();
                levels.forEach((level, arms) -> byLevel.put(level, ArmForm.all(arms)));
                slices.put(dimension, byLevel);
              });
      return new SumsForm(
          ArmForm.all(sums.arms()),
          sums.inSeveral(),
          sums.newestExposure().map(LocalDate::toString).orElse(null),
          slices);
    }

    Sums sums() {
      Map<Integer, Map<String, Map<String, Sums.Arm>>> read = new TreeMap<>();
      slices.forEach(
          (dimension, levels) -> {
            Map<String, Map<String, Sums.Arm>> byLevel = new TreeMap<>();
            levels.forEach((level, arms) -> byLevel.put(level, ArmForm.arms(arms)));
            read.put(dimension, byLevel);
          });
      return new Sums(
          ArmForm.arms(arms), inSeveral, Optional.ofNullable(newest).map(LocalDate::parse), read);
    }
  }

  /** An arm; numbers as text, with every digit. */
  record ArmForm(
      long units,
      Map<String, String> values,
      List<String> infinite,
      Map<Integer, Extremes> extremes) {
    static Map<String, ArmForm> all(Map<String, Sums.Arm> arms) {
      Map<String, ArmForm> all = new TreeMap<>();
      arms.forEach(
          (variant, arm) -> {
            Map<String, String> values = new TreeMap<>();
            arm.values().forEach((name, value) -> values.put(name, value.toString()));
            all.put(
                variant,
                new ArmForm(arm.units(), values, List.copyOf(arm.infinite()), arm.extremes()));
          });
      return all;
    }

    static Map<String, Sums.Arm> arms(Map<String, ArmForm> forms) {
      return forms.entrySet().stream()
          .collect(
              Collectors.toMap(
                  Map.Entry::getKey, entry -> entry.getValue().arm(), (a, _) -> a, TreeMap::new));
    }

    private Sums.Arm arm() {
      Map<String, BigDecimal> read = new TreeMap<>();
      values.forEach((name, value) -> read.put(name, new BigDecimal(value)));
      return new Sums.Arm(units, read, new TreeSet<>(infinite), Map.of(), extremes);
    }
  }

  /** The file's content. */
  private record Form(
      String definition, Map<String, State> tables, List<Layer> layers, SumsForm sums) {}

  /** What is kept in a directory; empty where nothing is, or nothing that can be read. */
  static Optional<Kept> read(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Form form = JSON.readValue(Files.readString(file), Form.class);
      Kept kept = new Kept(form.definition(), form.tables(), form.layers(), form.sums().sums());
      return kept.files().stream().allMatch(name -> Files.exists(Path.of(name)))
          ? Optional.of(kept)
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // Of another time, or damaged: all of it can be computed again.
    }
  }

  /** Writes it in one step: whoever reads sees this or what was there before. */
  void write(Path directory) {
    try {
      Path next = directory.resolve(FILE + ".next");
      Files.writeString(
          next, JSON.writeValueAsString(new Form(definition, tables, layers, SumsForm.of(sums))));
      Files.move(
          next,
          directory.resolve(FILE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every file it names. */
  List<String> files() {
    return layers.stream().flatMap(Layer::everyFile).toList();
  }
}

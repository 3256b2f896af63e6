package dev.headrace.ml.learn.ranking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Rows that are ranked against each other, group by group, in the order in which groups first
 * appear. Immutable.
 */
public final class Groups {
  private final List<int[]> rows;

  private Groups(List<int[]> rows) {
    this.rows = rows;
  }

  /**
   * Takes rows together.
   *
   * @param ids one per row, the same for the rows of a group
   */
  public static Groups of(int[] ids) {
    Map<Integer, Integer> places = new HashMap<>();
    int[] place = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      place[i] = places.computeIfAbsent(ids[i], _ -> places.size());
    }
    int[] sizes = new int[places.size()];
    for (int group : place) {
      sizes[group]++;
    }
    List<int[]> rows = new ArrayList<>(sizes.length);
    for (int size : sizes) {
      rows.add(new int[size]);
    }
    Arrays.fill(sizes, 0);
    for (int i = 0; i < place.length; i++) {
      rows.get(place[i])[sizes[place[i]]++] = i;
    }
    return new Groups(rows);
  }

  /** How many there are. */
  public int count() {
    return rows.size();
  }

  /** The rows of a group, ascending; not to be changed. */
  public int[] rows(int group) {
    return rows.get(group);
  }

  /** All rows, those of a group beside each other. */
  public int[] order() {
    return rows.stream().flatMapToInt(Arrays::stream).toArray();
  }

  /** How many rows each group has, in the order of {@link #order}. */
  public int[] sizes() {
    return rows.stream().mapToInt(group -> group.length).toArray();
  }

  /** The number of the first row of each group. */
  public int[] first() {
    return rows.stream().mapToInt(group -> group[0]).toArray();
  }

  /** For every row the least of its group's numbers, such as when its group began. */
  public double[] least(double[] numbers) {
    double[] least = new double[numbers.length];
    for (int[] group : rows) {
      double smallest = IntStream.of(group).mapToDouble(i -> numbers[i]).min().orElseThrow();
      for (int i : group) {
        least[i] = smallest;
      }
    }
    return least;
  }

  /** Whether a number is the same in all rows of each group. */
  public boolean agreeOn(double[] numbers) {
    return rows.stream()
        .allMatch(group -> IntStream.of(group).allMatch(i -> numbers[i] == numbers[group[0]]));
  }
}

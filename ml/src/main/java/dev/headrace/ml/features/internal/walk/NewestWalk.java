package dev.headrace.ml.features.internal.walk;

/**
 * Walks through the rows and labels of one entity after the other, both in order of time, and notes
 * for each label which row is the newest that it sees. For one thread.
 */
final class NewestWalk {
  /** What a label takes on the heap, beside its times. */
  static final int BYTES_PER_LABEL = 2 * Long.BYTES + Integer.BYTES;

  private final EntityRows rows;
  private final EntityRows labels;
  private final NewestRows newest;
  private final Scratch ofRows = new Scratch();
  private final Scratch ofLabels = new Scratch();
  private long[] positions = new long[0];
  private long[] times = new long[0];
  private int[] found = new int[0];

  /**
   * @param rows with their number as their word
   * @param labels with their position as their word
   * @param newest where it is noted
   */
  NewestWalk(EntityRows rows, EntityRows labels, NewestRows newest) {
    this.rows = rows;
    this.labels = labels;
    this.newest = newest;
  }

  /** Notes what the labels of one entity see; false if two of its rows are of one time. */
  boolean walk(int entity) {
    int rowCount = rows.count(entity);
    int labelCount = labels.count(entity);
    if (labelCount == 0 || rowCount == 0) {
      return true;
    }
    ofRows.sort(rows.times(), rows.start(entity), rowCount);
    if (ofRows.hasTies()) {
      return false;
    }
    ofLabels.sort(labels.times(), labels.start(entity), labelCount);
    if (found.length < labelCount) {
      positions = new long[Math.max(1 << 10, labelCount)];
      times = new long[positions.length];
      found = new int[positions.length];
    }
    long[] numbers = ofRows.words(rows.word(0), rows.start(entity));
    long[] came = ofLabels.words(labels.word(0), labels.start(entity));
    newest.note(positions, times, found, look(numbers, came, labelCount));
    return true;
  }

  /** How many labels see any row. */
  private int look(long[] numbers, long[] came, int labelCount) {
    long[] rowTimes = ofRows.times();
    long[] moments = ofLabels.times();
    int[] rowOrder = ofRows.order();
    int[] labelOrder = ofLabels.order();
    int rowCount = ofRows.count();
    int passed = 0;
    int seeing = 0;
    for (int j = 0; j < labelCount; j++) {
      while (passed < rowCount && rowTimes[passed] <= moments[j]) {
        passed++;
      }
      if (passed > 0) {
        positions[seeing] = came[labelOrder[j]];
        times[seeing] = rowTimes[passed - 1];
        found[seeing] = (int) numbers[rowOrder[passed - 1]];
        seeing++;
      }
    }
    return seeing;
  }
}

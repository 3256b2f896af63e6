package dev.headrace.spi.engine;

import dev.headrace.spi.schema.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The result of a query as numbers and texts by column, some thousand rows at a time: for those who
 * want arrays. Read once from front to back in constant memory. Close it.
 *
 * <p>Numbers are columns of type boolean, int, long, float, double, decimal, date and time stamp;
 * texts are those of type string and UUID. Columns of other types cannot be read.
 */
public interface Columns extends AutoCloseable {
  /** Columns of the result; ids are 0. */
  Schema schema();

  /** Moves on to the next rows and tells how many they are; 0 at the end. */
  int next();

  /**
   * Copies a column of the rows at hand: NaN where null, true and false as 1 and 0, decimals as the
   * nearest double, days and time stamps as seconds since 1970-01-01T00:00Z, a time stamp without
   * zone as in UTC.
   *
   * @param column from 0
   * @param at where the first goes; the array has room for all
   */
  void numbers(int column, double[] into, int at);

  /**
   * Copies a column of the rows at hand, of type int or long, with every digit.
   *
   * @param column from 0
   * @param at where the first goes; the array has room for all
   * @throws IllegalArgumentException if a value is null: none of these could stand for it
   */
  void longs(int column, long[] into, int at);

  /**
   * Copies a column of the rows at hand, of type int or long, with every digit.
   *
   * @param column from 0
   * @param at where the first goes; the array has room for all
   * @param absent what stands for null
   */
  void longs(int column, long[] into, int at, long absent);

  /**
   * Says which rows at hand have no value in a column, of a type that can be read.
   *
   * @param column from 0
   * @param bits set in the word of each such row; those of others stay
   * @param at where the first row's word is; the array has one for all
   */
  void markNulls(int column, long bits, long[] into, int at);

  /**
   * Copies a column of the rows at hand: null where null.
   *
   * @param column from 0
   * @param at where the first goes; the array has room for all
   */
  void texts(int column, @Nullable String[] into, int at);

  @Override
  void close();

  /** The columns of rows, for engines that have nothing faster. */
  static Columns of(Rows rows) {
    return new ColumnsOfRows(rows);
  }
}

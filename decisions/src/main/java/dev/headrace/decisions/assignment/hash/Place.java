package dev.headrace.decisions.assignment.hash;

import java.util.HexFormat;

/**
 * Where a unit falls on the line from 0 to 1, and how that was computed.
 *
 * @param function what was hashed, for people to read
 * @param input the bytes that were hashed, in hexadecimal
 * @param hash the unsigned hash
 * @param arithmetic from the hash to the place, as a formula with its numbers
 * @param fraction the place; below 1 in all schemes but flagd's first, where it may be 1
 */
public record Place(
    String function, String input, String hash, String arithmetic, double fraction) {
  Place(String function, byte[] input, String hash, String arithmetic, double fraction) {
    this(function, HexFormat.of().formatHex(input), hash, arithmetic, fraction);
  }
}

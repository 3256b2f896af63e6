package dev.headrace.decisions.assignment.hash;

/**
 * FNV-1a for 32 bits as GrowthBook's kits compute it: over the UTF-16 units of a text rather than
 * its bytes, which is the same for ASCII only.
 */
final class Fnv1a {
  private static final int OFFSET = 0x811c9dc5;
  private static final int PRIME = 0x01000193;

  private Fnv1a() {}

  /** The hash as an unsigned number. */
  static long hash32(String text) {
    int hash = OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    return Integer.toUnsignedLong(hash);
  }
}

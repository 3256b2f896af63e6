package dev.headrace.decisions.adworld.internal;

import dev.headrace.decisions.adworld.internal.Population.Network;

/**
 * A visit to one site, in one number: 40 bits who, 8 site, 2 device, 2 network, 1 whether its next
 * request is the first, 8 how many requests are left.
 */
@SuppressWarnings("EnumOrdinal") // arrays and packed numbers follow the declared order
final class Session {
  private static final Device[] DEVICES = Device.values();
  private static final Network[] NETWORKS = Network.values();

  private Session() {}

  static long pack(
      long actor, int site, Device device, Network network, boolean first, int requests) {
    return actor << 24
        | (long) site << 16
        | (long) device.ordinal() << 14
        | (long) network.ordinal() << 12
        | (first ? 1L << 8 : 0)
        | requests;
  }

  /** The session after one request. */
  static long next(long session) {
    return (session & ~(1L << 8)) - 1;
  }

  static long actor(long session) {
    return session >>> 24;
  }

  static int site(long session) {
    return (int) (session >>> 16 & 255);
  }

  static Device device(long session) {
    return DEVICES[(int) (session >>> 14 & 3)];
  }

  static Network network(long session) {
    return NETWORKS[(int) (session >>> 12 & 3)];
  }

  static boolean isFirst(long session) {
    return (session >>> 8 & 1) == 1;
  }

  static int requests(long session) {
    return (int) (session & 255);
  }
}

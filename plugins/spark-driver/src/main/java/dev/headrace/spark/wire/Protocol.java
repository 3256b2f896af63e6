package dev.headrace.spark.wire;

/**
 * Names that both sides must agree on.
 *
 * <p>The driver reads a secret from the first line of its standard input and its settings from the
 * second, and goes on holding the pipe: when it ends, its parent is gone and so is the driver. It
 * then says {@link #READY} with its port and version on standard output. Every request carries the
 * secret as a bearer token, so that other users of the machine, who can reach the port, can ask
 * nothing.
 */
public final class Protocol {
  /** Counts up with every change of these classes: both sides come from one build. */
  public static final int VERSION = 2;

  /** Among the settings: where the lake's REST catalog is served; absent where none is. */
  public static final String CATALOG_URI = "headrace.catalog.uri";

  /** Among the settings: what its requests carry as a bearer token. */
  public static final String CATALOG_TOKEN = "headrace.catalog.token";

  /** Begins the one line of standard output that tells port, protocol and Spark's version. */
  public static final String READY = "headrace-spark-driver ready ";

  /** POST a {@link Work}: the answer is a stream of {@link Frames}. */
  public static final String WORK = "/work";

  /** POST the id of a work: it ends soon, with {@link Frames#CANCELLED}. */
  public static final String CANCEL = "/cancel";

  /** POST anything: the driver ends after its answer. */
  public static final String STOP = "/stop";

  private Protocol() {}
}

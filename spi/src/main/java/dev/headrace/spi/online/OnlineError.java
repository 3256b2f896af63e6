package dev.headrace.spi.online;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;

/** Why an online store refuses. */
public enum OnlineError implements ErrorCode {
  /** No build of the view serves. */
  ONLINE_VIEW_MISSING(ErrorKind.MISSING),
  /** The build has not begun, or was dropped. */
  ONLINE_BUILD_MISSING(ErrorKind.MISSING),
  /** The build is known with other keys, features or another ttl. */
  ONLINE_LAYOUT_DIFFERS(ErrorKind.CONFLICT),
  /** A key column of the view is of a type that cannot be a key. */
  ONLINE_KEY_TYPE(ErrorKind.INVALID),
  /** A key is not of the types of the view's key columns. */
  ONLINE_KEY(ErrorKind.INVALID),
  /** Another process has the store's directory. */
  ONLINE_STORE_IN_USE(ErrorKind.CONFLICT),
  /** What is stored was changed or damaged. */
  ONLINE_STORE_DAMAGED(ErrorKind.INTERNAL),
  /** What is stored was written by a newer Headrace. */
  ONLINE_STORE_TOO_NEW(ErrorKind.CONFLICT),
  /** The store cannot write: the disk is full, or the directory is not writable. */
  ONLINE_STORE_UNWRITABLE(ErrorKind.LIMIT),
  /** Memory has no room for more rows. */
  ONLINE_STORE_FULL(ErrorKind.LIMIT),
  /** The store is closed, or has stopped after a write failed. */
  ONLINE_STORE_CLOSED(ErrorKind.CONFLICT),
  /** No server answers at the address. */
  ONLINE_UNREACHABLE(ErrorKind.EXTERNAL),
  /** The server refuses the user or the password, or the user lacks a right. */
  ONLINE_DENIED(ErrorKind.DENIED),
  /** The server answered, and could not do it. */
  ONLINE_SERVER_FAILED(ErrorKind.EXTERNAL);

  private final ErrorKind kind;

  OnlineError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }

  /** No build of the view serves; said alike by all stores. */
  public static HeadraceException viewMissing(String view) {
    return new HeadraceException(
        ONLINE_VIEW_MISSING,
        "Cannot read view '%s': the online store has no values of it.".formatted(view),
        "Put them there with: headrace features build " + view);
  }

  /** The build is unknown; said alike by all stores. */
  public static HeadraceException buildMissing(BuildId build) {
    return new HeadraceException(
        ONLINE_BUILD_MISSING,
        "Cannot use build '%s': the online store does not know it.".formatted(build),
        "Begin the build first; it may have been dropped meanwhile.");
  }

  /** The build is known otherwise; said alike by all stores. */
  public static HeadraceException layoutDiffers(ViewLayout known, ViewLayout given) {
    return new HeadraceException(
        ONLINE_LAYOUT_DIFFERS,
        "Cannot use build '%s' like that: it has the layout %s, not %s."
            .formatted(given.id(), known, given),
        "Give a changed definition a build of its own.");
  }
}

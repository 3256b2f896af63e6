package dev.headrace.server.http;

import dev.headrace.core.project.spec.Secret;
import dev.headrace.spi.digest.Sha256;
import java.security.MessageDigest;
import java.util.List;

/**
 * The keys that requests are let in with. Only their digests are kept, and every comparison takes
 * the same time whatever is compared.
 */
final class Keys {
  private static final String SCHEME = "bearer ";

  private final List<byte[]> digests;

  Keys(List<Secret> keys) {
    this.digests = keys.stream().map(key -> Sha256.of(key.reveal())).toList();
  }

  /** Whether anyone is let in. */
  boolean isOpen() {
    return digests.isEmpty();
  }

  /**
   * Whether a request with this header is let in.
   *
   * @param authorization the header's text; empty when there is none
   */
  boolean admit(String authorization) {
    if (isOpen()) {
      return true;
    }
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] offered = Sha256.of(authorization.substring(SCHEME.length()).strip());
    boolean admitted = false;
    for (byte[] known : digests) {
      admitted |= MessageDigest.isEqual(known, offered);
    }
    return admitted;
  }
}

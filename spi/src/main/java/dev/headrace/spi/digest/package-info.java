/** What tells contents apart: {@link dev.headrace.spi.digest.Sha256}. It never keeps a secret. */
@NullMarked
package dev.headrace.spi.digest;

import org.jspecify.annotations.NullMarked;

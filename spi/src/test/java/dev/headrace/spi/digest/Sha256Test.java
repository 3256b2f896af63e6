package dev.headrace.spi.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

class Sha256Test {
  /** The example of FIPS 180-4 for one block. */
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void hex_ofAbc_isThePublishedOne() {
    assertThat(Sha256.hex("abc".getBytes(StandardCharsets.UTF_8))).isEqualTo(OF_ABC);
    assertThat(Sha256.shortHex("abc")).isEqualTo(OF_ABC.substring(0, 32));
    assertThat(Sha256.of("abc")).hasSize(32).startsWith(0xba, 0x78);
  }

  @Test
  void hex_ofParts_isThatOfTheWhole() {
    MessageDigest digest = Sha256.begin();
    digest.update((byte) 'a');
    digest.update("bc".getBytes(StandardCharsets.UTF_8));
    assertThat(Sha256.hex(digest)).isEqualTo(OF_ABC);
  }
}

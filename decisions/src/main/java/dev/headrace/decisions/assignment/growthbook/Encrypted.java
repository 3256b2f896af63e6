package dev.headrace.decisions.assignment.growthbook;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Payloads that were encrypted on the way: AES-CBC, written {@code base64(iv).base64(text)}. */
public final class Encrypted {
  private Encrypted() {}

  /** The text; empty when the key is another or the payload is damaged. */
  public static Optional<String> decrypt(String payload, String key) {
    int dot = payload.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    try {
      Base64.Decoder base64 = Base64.getDecoder();
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(base64.decode(key), "AES"),
          new IvParameterSpec(base64.decode(payload.substring(0, dot))));
      byte[] text = cipher.doFinal(base64.decode(payload.substring(dot + 1)));
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString());
    } catch (GeneralSecurityException | IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }
}

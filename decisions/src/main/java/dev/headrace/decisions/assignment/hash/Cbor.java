package dev.headrace.decisions.assignment.hash;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Deterministic CBOR (RFC 8949, section 4.2.1) of what JSON can say, with one rule of flagd's: a
 * number without a fraction that fits 64 bits is an integer, however it was written.
 */
public final class Cbor {
  private static final BigInteger MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final BigInteger MIN = BigInteger.ONE.shiftLeft(63).negate();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Cbor() {}

  /** The bytes of a value. */
  public static byte[] of(JsonNode value) {
    Cbor cbor = new Cbor();
    cbor.value(value);
    return cbor.out.toByteArray();
  }

  /** The bytes of a list of two texts. */
  static byte[] pair(String first, String second) {
    Cbor cbor = new Cbor();
    cbor.head(4, 2);
    cbor.text(first);
    cbor.text(second);
    return cbor.out.toByteArray();
  }

  private void value(JsonNode value) {
    switch (value.getNodeType()) {
      case STRING -> text(value.textValue());
      case NUMBER -> number(value.decimalValue());
      case BOOLEAN -> out.write(value.booleanValue() ? 0xf5 : 0xf4);
      case ARRAY -> {
        head(4, value.size());
        value.forEach(this::value);
      }
      case OBJECT -> object(value);
      case NULL, MISSING -> out.write(0xf6);
      case BINARY, POJO -> throw new IllegalArgumentException("not JSON: " + value.getNodeType());
    }
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    head(3, bytes.length);
    out.writeBytes(bytes);
  }

  /** Entries by the bytes of their keys. */
  private void object(JsonNode object) {
    Map<byte[], JsonNode> entries = new TreeMap<>(Arrays::compareUnsigned);
    object
        .properties()
        .forEach(
            entry -> {
              Cbor key = new Cbor();
              key.text(entry.getKey());
              entries.put(key.out.toByteArray(), entry.getValue());
            });
    head(5, entries.size());
    entries.forEach(
        (key, value) -> {
          out.writeBytes(key);
          value(value);
        });
  }

  private void number(BigDecimal number) {
    boolean whole = number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
    if (whole && Math.abs((long) number.precision() - number.scale()) <= 20) {
      BigInteger integer = number.toBigIntegerExact();
      if (integer.compareTo(MAX) <= 0 && integer.compareTo(MIN) >= 0) {
        if (integer.signum() >= 0) {
          head(0, integer.longValue());
        } else {
          head(1, integer.negate().subtract(BigInteger.ONE).longValue());
        }
        return;
      }
    }
    real(number.doubleValue());
  }

  /** The shortest of half, single and double that holds it exactly. */
  private void real(double real) {
    float single = (float) real;
    if (single != real) {
      out.write(0xfb);
      out.writeBytes(ByteBuffer.allocate(8).putDouble(real).array());
      return;
    }
    short half = Float.floatToFloat16(single);
    if (Float.float16ToFloat(half) == single) {
      out.write(0xf9);
      out.writeBytes(ByteBuffer.allocate(2).putShort(half).array());
      return;
    }
    out.write(0xfa);
    out.writeBytes(ByteBuffer.allocate(4).putFloat(single).array());
  }

  /** A major type with its argument, an unsigned number, in as few bytes as hold it. */
  private void head(int major, long argument) {
    int type = major << 5;
    if (Long.compareUnsigned(argument, 24) < 0) {
      out.write(type | (int) argument);
    } else if (Long.compareUnsigned(argument, 1L << 8) < 0) {
      out.write(type | 24);
      out.write((int) argument);
    } else if (Long.compareUnsigned(argument, 1L << 16) < 0) {
      out.write(type | 25);
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) argument).array());
    } else if (Long.compareUnsigned(argument, 1L << 32) < 0) {
      out.write(type | 26);
      out.writeBytes(ByteBuffer.allocate(4).putInt((int) argument).array());
    } else {
      out.write(type | 27);
      out.writeBytes(ByteBuffer.allocate(8).putLong(argument).array());
    }
  }
}

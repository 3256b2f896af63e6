package dev.headrace.ml.learn.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an ONNX file says of itself before native code reads it: a walk over the fields of
 * onnx.proto (ONNX IR, github.com/onnx/onnx) that matter here, in the wire format of Protocol
 * Buffers. Of weights nothing is read but where they lie.
 *
 * @param operators that the file uses and ONNX does not define, as {@code domain.Name}
 * @param isWhole whether all weights are in the file itself
 */
record OnnxFile(Set<String> operators, boolean isWhole) {
  /** Domains whose operators ONNX Runtime brings. */
  private static final Set<String> KNOWN =
      Set.of("", "ai.onnx", "ai.onnx.ml", "ai.onnx.preview", "com.microsoft");

  private static final int MOST_DEPTH = 64;
  private static final long EXTERNAL = 1;

  /** What is gathered on the way. */
  private static final class Found {
    private final List<String> used = new ArrayList<>();
    private final Set<String> defined = new HashSet<>();
    private boolean external;
    private boolean graph;
    private boolean opsets;
  }

  /**
   * Walks over a file.
   *
   * @throws IllegalArgumentException where it is no ONNX file, or ends too early, with the reason
   */
  static OnnxFile read(byte[] bytes) {
    Found found = new Found();
    Fields fields = new Fields(bytes);
    while (fields.next()) {
      switch (fields.number) {
        case 7 -> {
          found.graph = true;
          graph(fields.message(), found, 0);
        }
        case 8 -> {
          found.opsets = true;
          fields.message();
        }
        case 25 -> function(fields.message(), found);
        default -> fields.skip();
      }
    }
    if (!found.graph || !found.opsets) {
      throw new IllegalArgumentException("it has no graph");
    }
    Set<String> unknown = new TreeSet<>(found.used);
    unknown.removeAll(found.defined);
    return new OnnxFile(unknown, !found.external);
  }

  private static void function(Fields fields, Found found) {
    String name = "";
    String domain = "";
    while (fields.next()) {
      switch (fields.number) {
        case 1 -> name = fields.text();
        case 7 -> node(fields.message(), found, 1);
        case 10 -> domain = fields.text();
        default -> fields.skip();
      }
    }
    found.defined.add(domain + "." + name);
  }

  private static void graph(Fields fields, Found found, int depth) {
    if (depth > MOST_DEPTH) {
      throw new IllegalArgumentException("its graphs lie too deep in each other");
    }
    while (fields.next()) {
      switch (fields.number) {
        case 1 -> node(fields.message(), found, depth);
        case 5 -> tensor(fields.message(), found);
        case 15 -> sparse(fields.message(), found);
        default -> fields.skip();
      }
    }
  }

  private static void node(Fields fields, Found found, int depth) {
    String operator = "";
    String domain = "";
    while (fields.next()) {
      switch (fields.number) {
        case 4 -> operator = fields.text();
        case 5 -> attribute(fields.message(), found, depth);
        case 7 -> domain = fields.text();
        default -> fields.skip();
      }
    }
    if (!KNOWN.contains(domain)) {
      found.used.add(domain + "." + operator);
    }
  }

  private static void attribute(Fields fields, Found found, int depth) {
    while (fields.next()) {
      switch (fields.number) {
        case 5, 10 -> tensor(fields.message(), found);
        case 6, 11 -> graph(fields.message(), found, depth + 1);
        case 22, 23 -> sparse(fields.message(), found);
        default -> fields.skip();
      }
    }
  }

  private static void sparse(Fields fields, Found found) {
    while (fields.next()) {
      switch (fields.number) {
        case 1, 2 -> tensor(fields.message(), found);
        default -> fields.skip();
      }
    }
  }

  private static void tensor(Fields fields, Found found) {
    while (fields.next()) {
      switch (fields.number) {
        case 13 -> {
          found.external = true;
          fields.message();
        }
        case 14 -> found.external |= fields.varint() == EXTERNAL;
        default -> fields.skip();
      }
    }
  }

  /** The fields of one message, one after the other. */
  private static final class Fields {
    private final ByteBuffer rest;
    private int number;
    private int wire;

    Fields(byte[] bytes) {
      this(ByteBuffer.wrap(bytes));
    }

    private Fields(ByteBuffer rest) {
      this.rest = rest.order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean next() {
      if (!rest.hasRemaining()) {
        return false;
      }
      long tag = raw();
      number = (int) (tag >>> 3);
      wire = (int) (tag & 7);
      if (number <= 0) {
        throw cutOff();
      }
      return true;
    }

    long varint() {
      require(0);
      return raw();
    }

    Fields message() {
      require(2);
      long length = raw();
      if (length < 0 || length > rest.remaining()) {
        throw cutOff();
      }
      Fields inside = new Fields(rest.slice(rest.position(), (int) length));
      rest.position(rest.position() + (int) length);
      return inside;
    }

    String text() {
      return StandardCharsets.UTF_8.decode(message().rest).toString();
    }

    void skip() {
      switch (wire) {
        case 0 -> raw();
        case 1 -> leave(8);
        case 2 -> message();
        case 5 -> leave(4);
        default -> throw cutOff();
      }
    }

    private void require(int expected) {
      if (wire != expected) {
        throw cutOff();
      }
    }

    private void leave(int bytes) {
      if (bytes > rest.remaining()) {
        throw cutOff();
      }
      rest.position(rest.position() + bytes);
    }

    private long raw() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (!rest.hasRemaining()) {
          throw cutOff();
        }
        byte one = rest.get();
        value |= (long) (one & 0x7f) << shift;
        if (one >= 0) {
          return value;
        }
      }
      throw cutOff();
    }

    private static IllegalArgumentException cutOff() {
      return new IllegalArgumentException("it is no ONNX file, or cut off or damaged");
    }
  }
}

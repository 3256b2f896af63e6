package dev.headrace.server.models;

import dev.headrace.core.project.Names;
import dev.headrace.spi.error.HeadraceException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The protocol's types of tensor elements. */
enum DataType {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  FP32(4),
  FP64(8),
  /** Texts; in binary each with its length before it. */
  BYTES(0);

  private static final double TWO_TO_64 = 0x1p64;

  private final int sizeBytes;

  DataType(int sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** Bytes of one element; 0 for texts. */
  int sizeBytes() {
    return sizeBytes;
  }

  /**
   * The type of that name.
   *
   * @param path where it stands in the request
   * @throws HeadraceException MODELS_REQUEST_INPUT
   */
  static DataType of(String name, String path) {
    for (DataType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new HeadraceException(
        ModelRequestError.MODELS_REQUEST_INPUT,
        "Cannot read the request: %s is '%s', which is no type of tensors.".formatted(path, name),
        Names.suggest(name, Arrays.stream(values()).map(DataType::name).toList()));
  }

  /** The next number of a little-endian buffer; not for texts. */
  double next(ByteBuffer buffer) {
    return switch (this) {
      case BOOL, UINT8 -> Byte.toUnsignedInt(buffer.get());
      case UINT16 -> Short.toUnsignedInt(buffer.getShort());
      case UINT32 -> Integer.toUnsignedLong(buffer.getInt());
      case UINT64 -> {
        long bits = buffer.getLong();
        yield bits >= 0 ? bits : bits + TWO_TO_64;
      }
      case INT8 -> buffer.get();
      case INT16 -> buffer.getShort();
      case INT32 -> buffer.getInt();
      case INT64 -> buffer.getLong();
      case FP16 -> Float.float16ToFloat(buffer.getShort());
      case FP32 -> buffer.getFloat();
      case FP64 -> buffer.getDouble();
      case BYTES -> throw new IllegalStateException("texts are no numbers");
    };
  }
}

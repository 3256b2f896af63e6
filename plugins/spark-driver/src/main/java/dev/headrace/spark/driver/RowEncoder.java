package dev.headrace.spark.driver;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;

/** Writes rows as {@link dev.headrace.spark.wire.Frames} says, where they are computed. */
final class RowEncoder implements FlatMapFunction<Iterator<InternalRow>, byte[]> {
  private static final int FRAME_BYTES = 256 << 10;

  private final StructType columns;

  RowEncoder(StructType columns) {
    this.columns = columns;
  }

  @Override
  public Iterator<byte[]> call(Iterator<InternalRow> rows) {
    Value[] values = values(columns);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(FRAME_BYTES + (8 << 10));
    DataOutputStream out = new DataOutputStream(bytes);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public byte[] next() {
        if (!rows.hasNext()) {
          throw new NoSuchElementException();
        }
        bytes.reset();
        try {
          while (rows.hasNext() && bytes.size() < FRAME_BYTES) {
            write(rows.next(), values, out);
          }
          out.flush();
        } catch (IOException e) {
          throw new IllegalStateException(e); // Memory does not fail so.
        }
        return bytes.toByteArray();
      }
    };
  }

  /** How values of one type are written. */
  private interface Value {
    void write(SpecializedGetters row, int at, DataOutputStream out) throws IOException;
  }

  private static void write(SpecializedGetters row, Value[] values, DataOutputStream out)
      throws IOException {
    for (int i = 0; i < values.length; i++) {
      write(row, i, values[i], out);
    }
  }

  private static void write(SpecializedGetters row, int at, Value value, DataOutputStream out)
      throws IOException {
    if (row.isNullAt(at)) {
      out.writeByte(0);
    } else {
      out.writeByte(1);
      value.write(row, at, out);
    }
  }

  private static Value[] values(StructType struct) {
    List<Value> values = new ArrayList<>();
    for (DataType type :
        java.util.Arrays.stream(struct.fields()).map(field -> field.dataType()).toList()) {
      values.add(value(type));
    }
    return values.toArray(Value[]::new);
  }

  private static Value value(DataType type) {
    if (type instanceof StructType struct) {
      Value[] fields = values(struct);
      return (row, at, out) -> write(row.getStruct(at, fields.length), fields, out);
    }
    if (type instanceof ArrayType list) {
      Value element = value(list.elementType());
      return (row, at, out) -> writeAll(row.getArray(at), element, out);
    }
    if (type instanceof MapType map) {
      return mapValue(value(map.keyType()), value(map.valueType()));
    }
    if (type instanceof DecimalType decimal) {
      return (row, at, out) ->
          writeBytes(
              row.getDecimal(at, decimal.precision(), decimal.scale())
                  .toJavaBigDecimal()
                  .setScale(decimal.scale())
                  .unscaledValue()
                  .toByteArray(),
              out);
    }
    if (type instanceof StringType) {
      return (row, at, out) -> writeBytes(row.getUTF8String(at).getBytes(), out);
    }
    if (type instanceof BinaryType) {
      return (row, at, out) -> writeBytes(row.getBinary(at), out);
    }
    if (type instanceof BooleanType) {
      return (row, at, out) -> out.writeByte(row.getBoolean(at) ? 1 : 0);
    }
    if (type instanceof ByteType) {
      return (row, at, out) -> out.writeInt(row.getByte(at));
    }
    if (type instanceof ShortType) {
      return (row, at, out) -> out.writeInt(row.getShort(at));
    }
    if (type instanceof IntegerType || type instanceof DateType) {
      return (row, at, out) -> out.writeInt(row.getInt(at));
    }
    if (type instanceof FloatType) {
      return (row, at, out) -> out.writeFloat(row.getFloat(at));
    }
    if (type instanceof DoubleType) {
      return (row, at, out) -> out.writeDouble(row.getDouble(at));
    }
    if (type instanceof TimeType) {
      return (row, at, out) -> out.writeLong(row.getLong(at) / 1_000); // Spark counts nanoseconds.
    }
    if (type instanceof NullType) {
      return (row, at, out) -> {
        throw new IllegalStateException("a value of no type");
      };
    }
    return (row, at, out) -> out.writeLong(row.getLong(at)); // Long and both timestamps.
  }

  private static void writeAll(ArrayData list, Value element, DataOutputStream out)
      throws IOException {
    out.writeInt(list.numElements());
    for (int i = 0; i < list.numElements(); i++) {
      write(list, i, element, out);
    }
  }

  private static Value mapValue(Value key, Value value) {
    return (row, at, out) -> {
      MapData map = row.getMap(at);
      ArrayData keys = map.keyArray();
      ArrayData values = map.valueArray();
      out.writeInt(map.numElements());
      for (int i = 0; i < map.numElements(); i++) {
        write(keys, i, key, out);
        write(values, i, value, out);
      }
    };
  }

  private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}

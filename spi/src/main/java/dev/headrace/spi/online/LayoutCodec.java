package dev.headrace.spi.online;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Layouts as bytes, for stores that keep them beside the rows: the version of the form of rows,
 * then names and types in order. Types by name rather than by number, so that a store written today
 * can be read when there are more of them.
 */
public final class LayoutCodec {
  private LayoutCodec() {}

  /** A layout as bytes. */
  public static byte[] encode(ViewLayout layout) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(RowCodec.VERSION);
      out.writeUTF(layout.id().view());
      out.writeUTF(layout.id().build());
      out.writeLong(layout.ttl().map(Duration::getSeconds).orElse(-1L));
      out.writeInt(layout.ttl().map(Duration::getNano).orElse(0));
      write(layout.keys().fields(), out);
      write(layout.features().fields(), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The version of the form of rows that a layout was written with. */
  public static int version(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return in.readInt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The layout that was written.
   *
   * @throws UncheckedIOException if these are not the bytes of a layout of this {@link #version}
   */
  public static ViewLayout decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readInt();
      if (version != RowCodec.VERSION) {
        throw new IOException("rows of version " + version);
      }
      BuildId id = new BuildId(in.readUTF(), in.readUTF());
      long seconds = in.readLong();
      int nanos = in.readInt();
      return new ViewLayout(
          id,
          new Schema(fields(in)),
          new Schema(fields(in)),
          seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds, nanos)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(List<Field> fields, DataOutputStream out) throws IOException {
    out.writeInt(fields.size());
    for (Field field : fields) {
      out.writeInt(field.id());
      out.writeUTF(field.name());
      write(field.type(), out);
    }
  }

  private static void write(Type type, DataOutputStream out) throws IOException {
    switch (type) {
      case Primitive primitive -> out.writeUTF(primitive.name());
      case Type.Decimal decimal -> {
        out.writeUTF("decimal");
        out.writeInt(decimal.precision());
        out.writeInt(decimal.scale());
      }
      case Type.Struct struct -> {
        out.writeUTF("struct");
        write(struct.fields(), out);
      }
      case Type.ListOf list -> {
        out.writeUTF("list");
        out.writeInt(list.elementId());
        write(list.element(), out);
      }
      case Type.MapOf map -> {
        out.writeUTF("map");
        out.writeInt(map.keyId());
        write(map.key(), out);
        out.writeInt(map.valueId());
        write(map.value(), out);
      }
    }
  }

  private static List<Field> fields(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fields.add(new Field(in.readInt(), in.readUTF(), type(in)));
    }
    return fields;
  }

  private static Type type(DataInputStream in) throws IOException {
    String name = in.readUTF();
    return switch (name) {
      case "decimal" -> new Type.Decimal(in.readInt(), in.readInt());
      case "struct" -> new Type.Struct(fields(in));
      case "list" -> new Type.ListOf(in.readInt(), type(in));
      case "map" -> new Type.MapOf(in.readInt(), type(in), in.readInt(), type(in));
      default -> primitive(name);
    };
  }

  private static Type primitive(String name) throws IOException {
    for (Primitive primitive : Primitive.values()) {
      if (primitive.name().equals(name)) {
        return primitive;
      }
    }
    throw new IOException("an unknown type: " + name);
  }
}

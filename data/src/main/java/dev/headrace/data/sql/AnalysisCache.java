package dev.headrace.data.sql;

import dev.headrace.data.sql.SqlAnalysis.Call;
import dev.headrace.data.sql.SqlAnalysis.Parameter;
import dev.headrace.data.sql.SqlAnalysis.TableReference;
import dev.headrace.spi.digest.Sha256;
import dev.headrace.spi.error.Location;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Analyses of texts seen before, kept in one file: a project whose SQL has not changed is planned
 * without starting DuckDB.
 *
 * <p>An entry is found by the SHA-256 of the text and of the analyzer's version, so it is never
 * stale. A missing, foreign or damaged file is an empty cache. The file is replaced as a whole, by
 * renaming, so readers and a killed writer see the old or the new one. Thread-safe.
 */
public final class AnalysisCache {
  /** Counts up whenever an analysis of the same text may come out differently. */
  private static final String VERSION = "2/duckdb-2.0.0";

  private static final int MAGIC = 0x48_52_41_31;
  private static final int MAX_ENTRIES = 20_000;

  private final @Nullable Path file;
  private final Map<String, SqlAnalysis> entries =
      new LinkedHashMap<>(1024, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SqlAnalysis> eldest) {
          return size() > MAX_ENTRIES;
        }
      };
  private boolean changed;

  private AnalysisCache(@Nullable Path file) {
    this.file = file;
  }

  /** A cache that is never written. */
  public static AnalysisCache inMemory() {
    return new AnalysisCache(null);
  }

  /** Reads the cache in {@code file}, which need not exist. */
  public static AnalysisCache load(Path file) {
    AnalysisCache cache = new AnalysisCache(file);
    try {
      if (Files.isRegularFile(file)) {
        cache.read(Files.readAllBytes(file));
      }
    } catch (IOException | RuntimeException e) {
      // What cannot be read is analyzed anew, at half a millisecond a text.
      cache.entries.clear();
    }
    return cache;
  }

  /** The analysis of {@code sql}, by {@code analyzer} if it is not known yet. */
  public SqlAnalysis analyze(String sql, Location origin, SqlAnalyzer analyzer) {
    String key = key(sql);
    synchronized (this) {
      SqlAnalysis known = entries.get(key);
      if (known != null) {
        return known;
      }
    }
    SqlAnalysis analysis = analyzer.analyze(sql, origin);
    synchronized (this) {
      entries.put(key, analysis);
      changed = true;
    }
    return analysis;
  }

  /** Number of texts known. */
  public synchronized int size() {
    return entries.size();
  }

  /**
   * Writes the file if there is anything new. The unfinished file has one name, so that what a
   * killed process leaves is overwritten, or else removed, by the next; of two processes that write
   * at once one wins, or the checksum tells that neither did.
   */
  public synchronized void save() {
    Path target = file;
    if (target == null) {
      return;
    }
    try {
      Path directory = target.toAbsolutePath().normalize().resolveSibling("");
      Path next = directory.resolve(target.getFileName() + ".tmp");
      if (!changed) {
        Files.deleteIfExists(next);
        return;
      }
      Files.createDirectories(directory);
      try {
        Files.write(next, bytes());
        Files.move(
            next, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        return; // Another process has just moved it there.
      } finally {
        Files.deleteIfExists(next);
      }
      changed = false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String key(String sql) {
    MessageDigest digest = Sha256.begin();
    digest.update(VERSION.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(sql.getBytes(StandardCharsets.UTF_8));
    return Sha256.hex(digest);
  }

  // The file: magic, checksum of the rest, then the entries, least recently used first.

  private byte[] bytes() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(body);
    out.writeInt(entries.size());
    for (Map.Entry<String, SqlAnalysis> entry : entries.entrySet()) {
      SqlAnalysis analysis = entry.getValue();
      text(out, entry.getKey());
      text(out, analysis.fingerprint());
      out.writeInt(analysis.tables().size());
      for (TableReference table : analysis.tables()) {
        text(out, table.name());
        out.writeInt(table.qualifier().size());
        for (String part : table.qualifier()) {
          text(out, part);
        }
        out.writeBoolean(table.quoted());
        position(out, table.position());
      }
      out.writeInt(analysis.parameters().size());
      for (Parameter parameter : analysis.parameters()) {
        text(out, parameter.name());
        out.writeInt(parameter.start());
        out.writeInt(parameter.end());
      }
      calls(out, analysis.tableFunctions());
      calls(out, analysis.restricted());
      calls(out, analysis.volatileCalls());
    }
    CRC32 checksum = new CRC32();
    checksum.update(body.toByteArray());
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    DataOutputStream head = new DataOutputStream(whole);
    head.writeInt(MAGIC);
    head.writeLong(checksum.getValue());
    body.writeTo(whole);
    return whole.toByteArray();
  }

  private void read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readInt() != MAGIC) {
      return;
    }
    CRC32 checksum = new CRC32();
    long expected = in.readLong();
    checksum.update(bytes, 12, bytes.length - 12);
    if (checksum.getValue() != expected) {
      return;
    }
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String key = text(in);
      String fingerprint = text(in);
      List<TableReference> tables = new ArrayList<>();
      for (int n = in.readInt(); n > 0; n--) {
        String name = text(in);
        List<String> qualifier = new ArrayList<>();
        for (int q = in.readInt(); q > 0; q--) {
          qualifier.add(text(in));
        }
        tables.add(new TableReference(name, qualifier, in.readBoolean(), position(in)));
      }
      List<Parameter> parameters = new ArrayList<>();
      for (int n = in.readInt(); n > 0; n--) {
        parameters.add(new Parameter(text(in), in.readInt(), in.readInt()));
      }
      entries.put(
          key, new SqlAnalysis(tables, parameters, calls(in), calls(in), calls(in), fingerprint));
    }
  }

  private static void calls(DataOutputStream out, List<Call> calls) throws IOException {
    out.writeInt(calls.size());
    for (Call call : calls) {
      text(out, call.name());
      position(out, call.position());
    }
  }

  private static List<Call> calls(DataInputStream in) throws IOException {
    List<Call> calls = new ArrayList<>();
    for (int n = in.readInt(); n > 0; n--) {
      calls.add(new Call(text(in), position(in)));
    }
    return calls;
  }

  private static void position(DataOutputStream out, Position position) throws IOException {
    out.writeInt(position.line());
    out.writeInt(position.column());
  }

  private static Position position(DataInputStream in) throws IOException {
    return new Position(in.readInt(), in.readInt());
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}

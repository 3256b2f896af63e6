package dev.headrace.data.ingest.internal;

import dev.headrace.data.ingest.ColumnType;
import dev.headrace.data.ingest.Format;
import dev.headrace.data.ingest.IngestError;
import dev.headrace.data.ingest.LoadRequest;
import dev.headrace.data.ingest.SourceFile;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One pass over text files into Parquet files.
 *
 * <p>This thread reads the files, takes them apart into records and lays those out in slices on
 * disk; behind it the engine turns slices into Parquet, one batch of slices at a time. What passes
 * through is bounded: two batches on disk, one record in memory.
 *
 * <p>The columns are settled when the first batch is full. If a later record does not fit them (a
 * new key, a fraction in a column of whole numbers), the pass ends with {@link Unsettled}, and a
 * second pass begins with everything known.
 */
final class TextLoad implements TextFiles.Listener {
  private static final long BATCH_BYTES = 128L << 20;

  /** Progress is told each time so many records have been read. */
  private static final int TOLD_RECORDS = 1 << 14;

  /** What is left when everything has been read: the last batch is typed and written. */
  private static final double READ_SHARE = 0.95;

  private final LoadRequest request;
  private final Format format;
  private final SqlEngine engine;
  private final Watch watch;
  private final Settlement settlement;
  private final ValueProfile root;
  private final RejectSpool spool;
  private final Path directory;
  private final long totalBytes;
  private final List<FileState> files = new ArrayList<>();
  private final List<WrittenFile> written = new ArrayList<>();
  private final Map<SliceKey, SliceWriter> slices = new LinkedHashMap<>();
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("headrace-ingest").factory());
  private @Nullable Future<?> running;
  private Settlement.@Nullable Settled settled;
  private Schema schema = new Schema(List.of());
  private int batches;
  private int firstFile;
  private long records;
  private long sliceBytes;

  /** A record did not fit the columns that were settled before it was read. */
  static final class Unsettled extends RuntimeException {
    Unsettled() {
      super("columns changed", null, false, false);
    }
  }

  /**
   * @param root what is known already: nothing, or everything after an {@link Unsettled} pass
   * @param directory where the Parquet files go
   */
  TextLoad(
      LoadRequest request,
      Format format,
      SqlEngine engine,
      Watch watch,
      Settlement settlement,
      ValueProfile root,
      RejectSpool spool,
      Path directory) {
    this.request = request;
    this.format = format;
    this.engine = engine;
    this.watch = watch;
    this.settlement = settlement;
    this.root = root;
    this.spool = spool;
    this.directory = directory;
    this.totalBytes = request.files().stream().mapToLong(SourceFile::sizeBytes).sum();
  }

  Loaded run() {
    TextFiles reader = new TextFiles(request.spec(), format, root);
    boolean finished = false;
    try {
      for (SourceFile file : request.files()) {
        FileState state = new FileState(files.size(), file);
        files.add(state);
        reader.read(state, this);
      }
      submit();
      await();
      finished = true;
      return new Loaded(schema, columns(), written, files);
    } finally {
      background.shutdownNow();
      if (!finished) {
        discard();
      }
    }
  }

  @Override
  public RecordSink begin(FileState file, Layout layout) {
    return new RecordSink() {
      @Override
      public void record(long line, byte[] bytes, int from, int to, Trust trust)
          throws IOException {
        file.rows++;
        if (++records % TOLD_RECORDS == 0) {
          tellProgress();
        }
        SliceWriter slice = slice(new SliceKey(layout, trust));
        long before = slice.sizeBytes();
        slice.add(file.index, line, bytes, from, to);
        sliceBytes += slice.sizeBytes() - before;
        if (sliceBytes >= BATCH_BYTES) {
          submit();
          firstFile = file.index;
        }
      }

      @Override
      public void reject(long line, byte[] bytes, int from, int to, String reason)
          throws IOException {
        file.rows++;
        int length = Math.min(to - from, 4 * RejectSpool.MAX_RAW_CHARS);
        String raw = new String(bytes, from, length, java.nio.charset.StandardCharsets.UTF_8);
        spool.add(file.index, file.file.path(), line, raw, reason, general(reason), List.of());
      }
    };
  }

  private void tellProgress() {
    long read = files.stream().mapToLong(file -> file.bytesRead.getAsLong()).sum();
    watch.progress(READ_SHARE * read / Math.max(1, totalBytes), records);
  }

  /** The reason without the place in the record. */
  private static String general(String reason) {
    return reason.replaceAll(" \\(byte \\d+\\)$", "");
  }

  /** Doubtful records lie apart, so that only few are read once more when some do not fit. */
  private record SliceKey(Layout layout, Trust trust) {}

  private SliceWriter slice(SliceKey key) throws IOException {
    SliceWriter slice = slices.get(key);
    if (slice == null) {
      Path path =
          request
              .staging()
              .resolve(request.filePrefix() + "-slice-" + batches + "-" + slices.size() + ".txt");
      slice = new SliceWriter(path, key.layout(), key.trust());
      slices.put(key, slice);
    }
    return slice;
  }

  /** Hands the slices to the engine, and waits for those before. */
  private void submit() {
    if (watch.isCancelled()) {
      throw new CancellationException("the load was cancelled");
    }
    settle();
    if (slices.isEmpty()) {
      return;
    }
    List<Slice> batch = new ArrayList<>();
    List<String> paths =
        files.subList(firstFile, files.size()).stream().map(state -> state.file.path()).toList();
    try {
      for (SliceWriter slice : slices.values()) {
        slice.close();
        SliceSql sql =
            new SliceSql(
                slice.layout(), columns(), schema.fields(), request.spec().nullText(), slice);
        batch.add(new Slice(slice, sql.rows(paths, firstFile, request.loadedAt()), sql.misfits()));
      }
    } catch (IOException e) {
      throw TextFiles.failure(files.getLast().file, e);
    }
    slices.clear();
    sliceBytes = 0;
    await();
    int number = batches++;
    running = background.submit(() -> write(number, batch));
  }

  /** One slice of a batch and what is to be asked of it. */
  private record Slice(SliceWriter file, String rows, @Nullable String misfits) {}

  private void settle() {
    Settlement.Settled now = settlement.settle(Settlement.observed(root));
    Settlement.Settled before = settled;
    if (before == null) {
      settled = now;
      schema = request.assignIds().apply(now.schema());
    } else if (!before.schema().equals(now.schema())) {
      throw new Unsettled();
    }
    settled = now;
  }

  private List<Column> columns() {
    return settled == null ? List.of() : settled.columns();
  }

  private void write(int number, List<Slice> batch) {
    String sql = String.join(" UNION ALL ", batch.stream().map(Slice::rows).toList());
    WriteTarget target =
        new WriteTarget(directory, request.filePrefix() + "-" + number, schema, Optional.empty())
            .lookingFor(request.lookFor().apply(schema));
    List<WrittenFile> fresh;
    try (Watch.Part part = watch.part()) {
      fresh = engine.write(Query.of(sql, Map.of()), target, part.watch());
    }
    synchronized (written) {
      written.addAll(fresh);
    }
    long rows = fresh.stream().mapToLong(WrittenFile::rows).sum();
    long records = batch.stream().mapToLong(slice -> slice.file().records()).sum();
    long misfits = 0;
    for (Slice slice : doubtfulFirst(batch)) {
      if (rows + misfits < records && slice.misfits() != null) {
        misfits += reject(slice.file(), slice.misfits());
      }
    }
    if (rows + misfits != records) {
      throw new HeadraceException(
          IngestError.INGEST_MISCOUNT,
          "Cannot load '%s': of %,d records %,d were typed and %,d rejected."
              .formatted(request.source(), records, rows, misfits),
          "This is a defect of Headrace: please report it with the file.");
    }
    try {
      for (Slice slice : batch) {
        Files.deleteIfExists(slice.file().path());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Most often the others, which are larger, need not be read again. */
  private static List<Slice> doubtfulFirst(List<Slice> batch) {
    return batch.stream()
        .sorted(Comparator.comparing((Slice slice) -> slice.file().trust()).reversed())
        .toList();
  }

  private long reject(SliceWriter slice, String misfits) {
    long rejected = 0;
    try (Watch.Part part = watch.part();
        Rows rows = engine.execute(Query.of(misfits, Map.of()), part.watch());
        SliceRecords records = new SliceRecords(slice)) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        rejected++;
        int file = ((Number) row.get(0)).intValue();
        long line = ((Number) row.get(1)).longValue();
        Object given = row.get(3);
        String raw =
            given != null
                ? given.toString()
                : records.find(file, line, ((Number) row.get(2)).longValue());
        @SuppressWarnings("unchecked") // The query makes it a list of texts.
        List<String> names = (List<String>) row.get(4);
        String first = names.getFirst();
        boolean noMatch = first.isEmpty();
        String general =
            noMatch
                ? "the line does not match the pattern"
                : "column '%s' is not a %s".formatted(first, typeOf(first));
        String reason =
            noMatch
                ? general
                : "column '%s': '%s' is not a %s".formatted(first, row.get(5), typeOf(first));
        spool.add(
            file,
            request.files().get(file).path(),
            line,
            raw,
            reason,
            general,
            noMatch ? List.of() : names);
      }
    } catch (IOException e) {
      throw TextFiles.failure(files.getLast().file, e);
    }
    return rejected;
  }

  private String typeOf(String column) {
    return schema.field(column).map(field -> ColumnType.text(field.type())).orElse("value");
  }

  private void await() {
    Future<?> waiting = running;
    running = null;
    if (waiting == null) {
      return;
    }
    try {
      waiting.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the load was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Leaves nothing of a pass that did not end well. */
  private void discard() {
    try {
      await();
    } catch (RuntimeException e) {
      // The pass has failed already, with the reason that counts.
    }
    try {
      for (SliceWriter slice : slices.values()) {
        slice.discard();
      }
      for (WrittenFile file : written) {
        Files.deleteIfExists(Path.of(file.path()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

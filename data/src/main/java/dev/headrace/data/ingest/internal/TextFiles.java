package dev.headrace.data.ingest.internal;

import dev.headrace.data.ingest.Format;
import dev.headrace.data.ingest.IngestError;
import dev.headrace.data.ingest.SourceFile;
import dev.headrace.data.ingest.SourceSpec;
import dev.headrace.spi.error.HeadraceException;
import io.airlift.compress.MalformedInputException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads text files of a source record by record and profiles what they hold. */
final class TextFiles {
  private static final Pattern GROUP = Pattern.compile("\\(\\?P?<([A-Za-z_][A-Za-z0-9_]*)>");
  private final SourceSpec spec;
  private final Format format;
  private final int maxRecordBytes;
  private final ValueProfile root;
  private final JsonCheck json = new JsonCheck();

  /**
   * @param root the profile to which every record adds
   */
  TextFiles(SourceSpec spec, Format format, ValueProfile root) {
    this.spec = spec;
    this.format = format;
    this.maxRecordBytes = (int) Math.min(spec.maxRow().bytes(), 1L << 30);
    this.root = root;
  }

  /** Hears of the layout of a file before its first record. */
  interface Listener {
    RecordSink begin(FileState file, Layout layout);
  }

  /**
   * Reads one file to its end.
   *
   * @throws HeadraceException if the file as a whole cannot be read
   */
  void read(FileState state, Listener listener) {
    SourceFile file = state.file;
    try (TextInput input = new TextInput(file, spec.encoding());
        Window window = new Window(input.text(), maxRecordBytes)) {
      state.bytesRead = input::bytesRead;
      switch (format) {
        case CSV -> csv(state, window, listener);
        case JSON -> json(state, window, listener);
        case LINES -> lines(state, window, listener);
        case PARQUET -> throw new IllegalArgumentException("parquet is no text");
      }
      state.hash = input.finish();
      state.bytesRead = file::sizeBytes;
    } catch (MalformedInputException e) {
      throw failure(file, new ZipException(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private void csv(FileState state, Window window, Listener listener) throws IOException {
    CsvReader reader =
        new CsvReader(
            window, spec.csv(), spec.nullText(), maxRecordBytes, state.file.path(), this::isKnown);
    boolean isNew = root.keys().isEmpty();
    List<String> names = reader.open();
    List<ValueProfile> profiles = new ArrayList<>();
    List<Long> before = new ArrayList<>();
    requireLines(names, state.file.path());
    requireDistinct(names, state.file.path());
    if (!isNew
        && reader.isNameless()
        && spec.csv().header() == null
        && names.stream().noneMatch(this::isKnown)) {
      throw new HeadraceException(
          IngestError.INGEST_COLUMN_NAMES,
          "Cannot load file '%s': its first row names none of the source's columns."
              .formatted(state.file.path()),
          "Correct the row; or say in csv whether it is a header (header: true or false), or what"
              + " the columns are (names).");
    }
    for (String name : names) {
      ValueProfile.Key key = root.keyIgnoringCase(name);
      key.met = true;
      profiles.add(key.profile);
      before.add(key.profile.nonNull());
    }
    reader.read(listener.begin(state, new Layout(names, reader.dialect(), null)), profiles);
    for (int i = 0; i < names.size(); i++) {
      state.values.put(names.get(i), profiles.get(i).nonNull() - before.get(i));
    }
  }

  private void json(FileState state, Window window, Listener listener) throws IOException {
    RecordSink sink = new ExactSink(listener.begin(state, Layout.json()));
    List<Long> before = root.keys().stream().map(key -> key.profile.nonNull()).toList();
    if (JsonDocumentReader.isDocument(window)) {
      new JsonDocumentReader(window, maxRecordBytes, 1).read(sink, json);
    } else {
      new LineReader(window, maxRecordBytes, 1).read(sink, json);
    }
    for (int i = 0; i < root.keys().size(); i++) {
      ValueProfile.Key key = root.keys().get(i);
      state.values.put(key.name, key.profile.nonNull() - (i < before.size() ? before.get(i) : 0));
    }
  }

  /** Whether the table, the declaration or an earlier file has a column of this name. */
  private boolean isKnown(String name) {
    return root.keys().stream().anyMatch(key -> key.name.equalsIgnoreCase(name));
  }

  /** Hands on records in which no number is changed by being a double. */
  private final class ExactSink implements RecordSink {
    private final RecordSink sink;

    ExactSink(RecordSink sink) {
      this.sink = sink;
    }

    @Override
    public void record(long line, byte[] bytes, int from, int to, Trust trust) throws IOException {
      if (json.scanner.hasExactNumbers()) {
        byte[] exact = json.scanner.withExactNumbers();
        sink.record(line, exact, 0, exact.length, trust);
      } else {
        sink.record(line, bytes, from, to, trust);
      }
    }

    @Override
    public void reject(long line, byte[] bytes, int from, int to, String reason)
        throws IOException {
      sink.reject(line, bytes, from, to, reason);
    }
  }

  private final class JsonCheck implements LineReader.Check {
    private final JsonScanner scanner = new JsonScanner();

    @Override
    public @Nullable String wrong(byte[] b, int from, int to) {
      return scanner.scan(b, from, to, root);
    }

    @Override
    public Trust trust() {
      return scanner.trust();
    }
  }

  private void lines(FileState state, Window window, Listener listener) throws IOException {
    String pattern = spec.pattern();
    if (pattern == null) {
      throw new HeadraceException(
          IngestError.INGEST_SPEC,
          "Cannot load file '" + state.file.path() + "': lines need a 'pattern'.",
          "Give a regular expression with named groups, or say 'format: csv' if the file is"
              + " delimited text.");
    }
    List<String> names = new ArrayList<>();
    Matcher groups = GROUP.matcher(pattern);
    while (groups.find()) {
      names.add(groups.group(1));
    }
    if (names.isEmpty()) {
      throw new HeadraceException(
          IngestError.INGEST_SPEC,
          "Cannot use pattern '" + pattern + "': it has no named group.",
          "Name the parts of a line: (?P<host>\\S+).");
    }
    requireDistinct(names, state.file.path());
    for (String name : names) {
      ValueProfile.Key key = root.keyIgnoringCase(name);
      key.met = true;
      key.profile.saw(Kind.STRING);
    }
    RecordSink sink = listener.begin(state, new Layout(names, null, groupsAsRe2(pattern)));
    for (int i = 0; i < spec.csv().skip(); i++) {
      LineReader.skipLine(window);
    }
    new LineReader(window, maxRecordBytes, 1 + spec.csv().skip()).read(sink, new PatternCheck());
  }

  /** The other spelling of a named group, which not every RE2 knows. */
  private static String groupsAsRe2(String pattern) {
    return pattern.replaceAll("\\(\\?<(?=[A-Za-z_])", "(?P<");
  }

  /** What a line holds is known when the engine has matched the pattern. */
  private static final class PatternCheck implements LineReader.Check {
    @Override
    public @Nullable String wrong(byte[] b, int from, int to) {
      for (int i = from; i < to; i++) {
        if (b[i] == Layout.SEPARATOR) {
          return "a control character (byte " + (i - from + 1) + ")";
        }
        // DuckDB would take it for the end of the line.
        if (b[i] == '\r') {
          return "a carriage return (byte " + (i - from + 1) + ")";
        }
      }
      return null;
    }

    @Override
    public Trust trust() {
      return Trust.DOUBTFUL;
    }
  }

  private static void requireLines(List<String> names, String path) {
    if (names.stream().anyMatch(name -> name.indexOf('\r') >= 0)) {
      throw new HeadraceException(
          IngestError.INGEST_FORMAT,
          "Cannot load file '%s': its lines end with a carriage return alone, so all of it is one line."
              .formatted(path),
          "Write line feeds, for example: tr '\\r' '\\n' < old.csv > new.csv");
    }
  }

  private void requireDistinct(List<String> names, String path) {
    for (int i = 0; i < names.size(); i++) {
      for (int k = 0; k < i; k++) {
        if (names.get(i).equalsIgnoreCase(names.get(k))) {
          boolean same = names.get(i).equals(names.get(k));
          throw new HeadraceException(
              IngestError.INGEST_COLUMN_NAMES,
              "Cannot load file '%s': columns %d '%s' and %d '%s' %s."
                  .formatted(
                      path,
                      k + 1,
                      names.get(k),
                      i + 1,
                      names.get(i),
                      same ? "have the same name" : "differ by case only"),
              "Name all columns with csv.names, in their order; if the first row is data, say"
                  + " 'header: false' under csv too.");
        }
      }
    }
  }

  static HeadraceException failure(SourceFile file, IOException e) {
    String reason =
        switch (e) {
          case NoSuchFileException gone -> "it is gone";
          case AccessDeniedException denied -> "access is denied";
          case EOFException end -> "its compressed content ends too early";
          case ZipException damaged -> "its compressed content is damaged (" + e.getMessage() + ")";
          case CharacterCodingException coding -> "it is not in the declared encoding";
          default -> String.valueOf(e.getMessage());
        };
    if (e instanceof CharacterCodingException) {
      return new HeadraceException(
          IngestError.INGEST_ENCODING,
          "Cannot load file '" + file.path() + "': " + reason + ".",
          "Correct 'encoding'.",
          e);
    }
    if (isNoSpace(e)) {
      return noSpace(e);
    }
    return new HeadraceException(
        isDamage(file, e) ? IngestError.INGEST_DAMAGED : IngestError.INGEST_UNREADABLE,
        "Cannot read file '" + file.path() + "': " + reason + ".",
        "Copy the file again, or leave it out of 'files'.",
        e);
  }

  /** Whether the file's content is to blame, and not what it lies on. */
  private static boolean isDamage(SourceFile file, IOException e) {
    return e instanceof EOFException
        || e instanceof ZipException
        // The reader of gzip says what is wrong in words only, as does a disk.
        || (Format.isCompressed(file.path())
            && e.getClass() == IOException.class
            && !String.valueOf(e.getMessage()).contains("Input/output error"));
  }

  static HeadraceException noSpace(IOException e) {
    return new HeadraceException(
        IngestError.INGEST_NO_SPACE,
        "Cannot write passing files: " + e.getMessage() + ".",
        "Free disk space or raise the limit; a load needs about half a gigabyte besides the table itself.",
        e);
  }

  private static boolean isNoSpace(IOException e) {
    String message = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return message != null
        && (message.contains("No space left")
            || message.contains("File too large")
            || message.contains("quota exceeded"));
  }
}

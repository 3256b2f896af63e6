package dev.headrace.data.ingest;

import static dev.headrace.data.ingest.IngestFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be loaded is said, and nothing of it stays behind. */
class LoadRefusalTest {
  private static final Path FULL = Path.of("/dev/full");
  @TempDir Path directory;
  private IngestFixture at;

  @BeforeEach
  void open() throws IOException {
    at = new IngestFixture(directory);
  }

  @AfterEach
  void nothingStaysBehind() {
    assertThat(directory.resolve("out")).isEmptyDirectory();
    assertThat(directory.resolve("staging")).isEmptyDirectory();
    at.close();
  }

  private HeadraceException failure(SourceSpec spec) {
    return failure(spec, SourceFiles.discover(spec.files(), directory));
  }

  private HeadraceException failure(SourceSpec spec, List<SourceFile> files) {
    HeadraceException e =
        catchThrowableOfType(
            HeadraceException.class, () -> at.load(spec, files, Optional.empty(), Watch.none()));
    assertThat(e).as("a failure").isNotNull();
    return e;
  }

  @Test
  void load_timeColumnInNoFile_namesTheNearest() throws IOException {
    at.write("in/a.csv", "id,ordered_at\n1,2026-01-01\n");
    HeadraceException e = failure(spec("in/a.csv").time("orderd_at").build());
    assertThat(e.code()).isEqualTo(IngestError.INGEST_SPEC);
    assertThat(e).hasMessage("Cannot load 'raw': the time column 'orderd_at' is in no file.");
    assertThat(e.hint()).isEqualTo("Did you mean 'ordered_at'?");
  }

  @Test
  void load_timeColumnThatIsNoTime_saysHowToDeclareIt() throws IOException {
    at.write("in/a.csv", "id,at\n1,31.01.2026 10:00\n");
    HeadraceException e = failure(spec("in/a.csv").time("at").build());
    assertThat(e.code()).isEqualTo(IngestError.INGEST_SPEC);
    assertThat(e)
        .hasMessage("Cannot load 'raw': its time column 'at' is a string, no date or timestamp.");
    assertThat(e.hint()).contains("columns: {at: timestamp(%d.%m.%Y %H:%M)}");
  }

  @Test
  void load_timeColumnThatIsANumber_saysWhatToDoInstead() throws IOException {
    at.write("in/a.csv", "id,ts\n1,1772359200\n");
    HeadraceException e = failure(spec("in/a.csv").time("ts").build());
    assertThat(e)
        .hasMessage("Cannot load 'raw': its time column 'ts' is a long, no date or timestamp.");
    assertThat(e.hint())
        .isEqualTo(
            "Name another column, or leave 'time' out and make a time of it in a table with a"
                + " 'time' of its own: 'select to_timestamp(ts) as seen'.");
  }

  @Test
  void load_keyColumnInNoFile_namesTheNearest() throws IOException {
    at.write("in/a.json", "{\"order_id\":1,\"v\":2}\n");
    HeadraceException e = failure(spec("in/a.json").key("v", "order_ids").build());
    assertThat(e.code()).isEqualTo(IngestError.INGEST_SPEC);
    assertThat(e).hasMessage("Cannot load 'raw': the key column 'order_ids' is in no file.");
    assertThat(e.hint()).isEqualTo("Did you mean 'order_id'?");
    assertThat(failure(spec("in/a.json").key("customer").build()).hint())
        .isEqualTo("The columns are order_id, v.");
  }

  @Test
  void load_gzipWhoseSecondMemberIsCutOrDamaged() throws IOException {
    byte[] first = gzip("{\"a\":1}\n");
    byte[] second = gzip("{\"a\":2}\n");
    SourceSpec spec = spec("in/a.json.gz").build();
    for (int left : new int[] {1, 4, 11, second.length - 1}) {
      at.write("in/a.json.gz", together(first, Arrays.copyOf(second, left)));
      assertThat(failure(spec).code()).as("%d bytes", left).isEqualTo(IngestError.INGEST_DAMAGED);
    }
    for (int wrong : new int[] {0, 1, 12, second.length - 5}) {
      byte[] damaged = second.clone();
      damaged[wrong] ^= 0x55;
      at.write("in/a.json.gz", together(first, damaged));
      assertThat(failure(spec).code()).as("byte %d", wrong).isEqualTo(IngestError.INGEST_DAMAGED);
    }
  }

  @Test
  void load_jsonWithAnEmptyKey() throws IOException {
    at.write("in/a.json", "{\"\":1,\"a\":2}\n");
    HeadraceException e = failure(spec("in/a.json").build());
    assertThat(e).hasMessage("Cannot load 'raw': a key is empty, of which no column can be made.");
    assertThat(e.hint()).contains("format: lines");
    at.write("in/a.json", "{\"s\":{\"\":1},\"a\":2}\n");
    assertThat(failure(spec("in/a.json").build()))
        .hasMessage("Cannot load 'raw': a key in 's' is empty.");
  }

  @Test
  void load_compressedContentUnderAnotherName() throws IOException {
    at.write("in/a.csv", gzip("a\n1\n"));
    HeadraceException e = failure(spec("in/a.csv").build());
    assertThat(e.code()).isEqualTo(IngestError.INGEST_FORMAT);
    assertThat(e).hasMessage("Cannot load file 'in/a.csv': its content is compressed with gzip.");
    assertThat(e.hint()).isEqualTo("Name it 'in/a.csv.gz'.");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] together(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void load_csvWhoseLinesEndWithACarriageReturnAlone() throws IOException {
    at.write("in/a.csv", "id,name\r1,a\r2,b\r");
    HeadraceException e = failure(spec("in/a.csv").build());
    assertThat(e.code()).isEqualTo(IngestError.INGEST_FORMAT);
    assertThat(e).hasMessageContaining("its lines end with a carriage return alone");
  }

  @Test
  void load_parquetThatIsCutOrNone() throws IOException {
    SourceSpec spec = spec("in/a.parquet").build();
    at.write("in/a.parquet", "id,name\n1,a\n2,bcdefghijk\n");
    assertThat(failure(spec)).hasMessage("Cannot read file 'in/a.parquet': it is no Parquet file.");
    at.write("in/a.parquet", "PAR1 and so on");
    assertThat(failure(spec)).hasMessageContaining("it is cut: a Parquet file ends with PAR1");
    at.write("in/a.parquet", "");
    assertThat(failure(spec).code()).isEqualTo(IngestError.INGEST_DAMAGED);
  }

  @Test
  void load_fileThatIsGone() throws IOException {
    Path file = at.write("in/a.csv", "id\n1\n");
    SourceSpec spec = spec("in/a.csv").build();
    List<SourceFile> found = SourceFiles.discover(spec.files(), directory);
    Files.delete(file);
    HeadraceException e = failure(spec, found);
    assertThat(e.code()).isEqualTo(IngestError.INGEST_UNREADABLE);
    assertThat(e).hasMessage("Cannot read file 'in/a.csv': it is gone.");
  }

  @Test
  void load_fileThatLinksToItself() throws IOException {
    Path file = at.write("in/a.csv", "id\n1\n");
    SourceSpec spec = spec("in/a.csv").build();
    List<SourceFile> found = SourceFiles.discover(spec.files(), directory);
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("a.csv"));
    HeadraceException e = failure(spec, found);
    assertThat(e.code()).isEqualTo(IngestError.INGEST_UNREADABLE);
    assertThat(e).hasMessageContaining("Cannot read file 'in/a.csv': ");
  }

  @Test
  void load_fullDisk() throws IOException {
    assumeThat(FULL).exists();
    at.write("in/a.json", "{\"id\":1}\n");
    Path slice = directory.resolve("staging/load0-slice-0-0.txt");
    Files.createSymbolicLink(slice, FULL);
    HeadraceException e = failure(spec("in/a.json").build());
    assertThat(e.code()).isEqualTo(IngestError.INGEST_NO_SPACE);
    assertThat(e).hasMessageContaining("No space left on device");
    assertThat(e.hint()).contains("Free disk space");
  }

  @Test
  void load_cancelled() throws IOException {
    at.write("in/a.json", "{\"id\":1}\n");
    SourceSpec spec = spec("in/a.json").build();
    Watch watch = Watch.none();
    watch.cancel();
    assertThatThrownBy(
            () ->
                at.load(
                    spec, SourceFiles.discover(spec.files(), directory), Optional.empty(), watch))
        .isInstanceOf(CancellationException.class);
  }
}

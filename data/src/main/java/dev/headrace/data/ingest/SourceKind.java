package dev.headrace.data.ingest;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.data.quality.AuditText;
import dev.headrace.data.release.CheckedTables;
import dev.headrace.data.release.Gate;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** The kind {@code source}: files {@code sources/*.yaml}. */
public final class SourceKind implements Kind<SourceSpec> {
  private final CheckedTables checkedTables;

  /**
   * @param analyzer reads the SQL of checks that begins at a place
   */
  public SourceKind(BiFunction<String, Location, SqlAnalysis> analyzer) {
    this.checkedTables = new CheckedTables(analyzer);
  }

  @Override
  public String name() {
    return "source";
  }

  @Override
  public String folder() {
    return "sources";
  }

  @Override
  public FileForm form() {
    return FileForm.YAML;
  }

  @Override
  public Class<SourceSpec> specType() {
    return SourceSpec.class;
  }

  @Override
  public List<String> tables(String assetName) {
    return List.of(assetName, RejectedRows.table(assetName), assetName + Gate.FAILED);
  }

  @Override
  public Definition define(Declaration<SourceSpec> declaration, Scope scope, Problems problems) {
    SourceSpec spec = declaration.spec();
    Declaration.Origin origin = declaration.origin();
    if (spec.files().isEmpty()) {
      problems.add(
          origin.at("files"), "The source names no files.", "Write for example: data/*.csv");
    }
    spec.columns()
        .forEach(
            (column, type) -> {
              try {
                ColumnType.parse(type);
              } catch (HeadraceException e) {
                problems.add(
                    origin.at("columns." + column), String.valueOf(e.getMessage()), e.hint());
              }
            });
    if (spec.format() == Format.LINES && spec.pattern() == null) {
      problems.add(
          origin.at("format"),
          "Format 'lines' needs a pattern.",
          "Add 'pattern:' with a regular expression that has named groups (?P<name>…).");
    }
    if (spec.pattern() != null && spec.format() != null && spec.format() != Format.LINES) {
      problems.add(
          origin.at("pattern"),
          "'pattern' belongs to format 'lines', but the format is '%s'."
              .formatted(spec.format().name().toLowerCase(Locale.ROOT)),
          "Remove one of the two.");
    }
    if (spec.load() == Load.REPLACE && spec.onChange() != OnChange.ERROR) {
      problems.add(
          origin.at("on-change"),
          "'on-change' belongs to 'load: append'.",
          "Remove it: a source that is replaced always shows what its files hold now.");
    }
    checkEncoding(spec, origin, problems);
    return new Definition(
        List.of(),
        checkedTables.of(declaration, spec.checks(), scope, problems),
        identity(spec),
        AuditText.of(spec.checks()),
        spec.key(),
        new TreeSet<>(spec.tags()));
  }

  private static void checkEncoding(SourceSpec spec, Declaration.Origin origin, Problems problems) {
    try {
      Charset.forName(spec.encoding());
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      problems.add(
          origin.at("encoding"),
          "Unknown encoding '" + spec.encoding() + "'.",
          "Write for example utf-8, utf-16 or iso-8859-1.");
    }
  }

  /**
   * Everything that decides which rows come out; not how many may be rejected or what is checked.
   */
  private static String identity(SourceSpec spec) {
    return String.join(
        "\n",
        spec.files().toString(),
        String.valueOf(spec.format()),
        spec.load().name(),
        spec.columns().toString(),
        spec.rename().toString(),
        spec.key().toString(),
        String.valueOf(spec.time()),
        spec.maxRow().toString(),
        spec.encoding(),
        spec.nullText().toString(),
        spec.csv().toString(),
        String.valueOf(spec.pattern()));
  }
}

package dev.headrace.data.ingest;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.LoadedFile;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Decision;
import dev.headrace.core.plan.Published;
import dev.headrace.core.plan.Staleness;
import dev.headrace.core.run.Builder;
import dev.headrace.core.run.Outcome;
import dev.headrace.core.run.StepContext;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Evolution;
import dev.headrace.data.lake.FileEntry;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Gate;
import dev.headrace.data.release.Leftovers;
import dev.headrace.data.release.Relations;
import dev.headrace.data.release.Staged;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Builds sources: loads files, lets the rows be checked, commits them, says what to publish. */
public final class SourceBuilder implements Builder {
  private final Lake lake;
  private final SqlEngine engine;
  private final RawAccess raw;
  private final Path staging;
  private final SourceDecider decider;
  private final Relations relations;
  private final Gate gate;

  /**
   * @param engine reads and writes the lake
   * @param raw lends an engine that may read raw files and {@code staging}
   * @param staging directory for passing files
   */
  public SourceBuilder(
      Lake lake, SqlEngine engine, RawAccess raw, Path projectDirectory, Path staging) {
    this.lake = lake;
    this.engine = engine;
    this.raw = raw;
    this.staging = staging;
    this.decider = new SourceDecider(projectDirectory);
    this.relations = new Relations(lake);
    this.gate = new Gate(lake, engine);
  }

  @Override
  public Decision decide(Asset asset, Published published, BuildOptions options) {
    return decider.decide(asset, published, options);
  }

  @Override
  public Outcome build(Asset asset, Decision.Build decision, StepContext context) {
    Step step = new Step(asset, (SourceSpec) asset.declaration().spec(), context);
    return switch ((SourceWork) decision.work()) {
      case SourceWork.Append append -> step.append(append.files());
      case SourceWork.Replace replace -> step.replace(replace.files());
      case SourceWork.Exchange exchange -> step.exchange(exchange);
      case SourceWork.Recheck _ -> step.recheck();
      case SourceWork.Unreadable _ -> throw step.unreadable();
    };
  }

  @Override
  public void sweep(Asset asset, long runId) {
    StagingArea.remove(staging, stagingName(runId, asset));
    for (String table : asset.kind().tables(asset.name())) {
      Leftovers.sweep(lake, new VersionId(table, asset.fingerprint().hex()), runId);
    }
  }

  private static String stagingName(long runId, Asset asset) {
    return StepContext.filePrefix(runId) + asset.name();
  }

  /** One source's turn in one run. */
  private final class Step {
    private final Asset asset;
    private final SourceSpec spec;
    private final StepContext context;
    private final VersionId version;
    private final VersionId rejectedVersion;

    Step(Asset asset, SourceSpec spec, StepContext context) {
      this.asset = asset;
      this.spec = spec;
      this.context = context;
      this.version = new VersionId(asset.name(), asset.fingerprint().hex());
      this.rejectedVersion =
          new VersionId(RejectedRows.table(asset.name()), asset.fingerprint().hex());
    }

    HeadraceException unreadable() {
      try {
        decider.discover(spec);
      } catch (HeadraceException e) {
        return e;
      }
      return new HeadraceException(
          IngestError.INGEST_FILE_MOVED,
          "Cannot load '%s': its files came and went while the run was under way."
              .formatted(asset.name()),
          "Run again.");
    }

    Outcome replace(List<SourceFile> files) {
      LoadResult loaded = load(files, Optional.empty(), Optional.empty());
      return release(
          loaded,
          Optional.empty(),
          List.of(new Change.Replace(loaded.written())),
          new Change.Replace(loaded.rejectedWritten()));
    }

    Outcome append(List<SourceFile> files) {
      Optional<Long> base = base(version);
      LoadResult loaded = load(files, base, table());
      return release(
          loaded,
          base,
          List.of(new Change.Append(loaded.written())),
          new Change.Append(loaded.rejectedWritten()));
    }

    /** Rows of the changed files give way first, so that their keys do not count as present. */
    Outcome exchange(SourceWork.Exchange work) {
      if (spec.onChange() == OnChange.ERROR) {
        throw changed(work.changed());
      }
      Relation.Files old = table().orElseThrow();
      long snapshot = base(version).orElseThrow();
      List<SourceFile> files = new ArrayList<>(work.changed());
      files.addAll(shadowed(work.changed(), old));
      Set<String> paths =
          files.stream().map(SourceFile::path).collect(Collectors.toCollection(TreeSet::new));
      List<FileEntry> affected =
          lake.files(version, snapshot).stream()
              .filter(file -> mayHold(file, old.schema(), paths))
              .toList();
      List<WrittenFile> kept = keep(affected, old.schema(), paths);
      Set<String> removed = affected.stream().map(FileEntry::path).collect(Collectors.toSet());
      try (Guard guard = new Guard(kept)) {
        List<String> rest = new ArrayList<>(old.files());
        rest.removeAll(removed);
        kept.forEach(file -> rest.add(file.path()));
        long rows = old.rows() - rows(affected) + kept.stream().mapToLong(WrittenFile::rows).sum();
        files.addAll(work.fresh());
        LoadResult loaded =
            load(
                files,
                Optional.of(snapshot),
                Optional.of(new Relation.Files(old.schema(), rest, rows)));
        List<WrittenFile> added = new ArrayList<>(kept);
        added.addAll(loaded.written());
        guard.release();
        List<WrittenFile> rejected = new ArrayList<>(keepRejected(paths));
        rejected.addAll(loaded.rejectedWritten());
        return release(
            loaded,
            Optional.of(snapshot),
            List.of(new Change.Rewrite(removed, added)),
            new Change.Replace(rejected));
      }
    }

    /**
     * Files of which rows were dropped for keys that others had already: without those, they may
     * count now.
     */
    private List<SourceFile> shadowed(List<SourceFile> changed, Relation.Files table) {
      if (spec.key().isEmpty()) {
        return List.of();
      }
      Map<String, Long> present = new HashMap<>();
      String file = SqlQuotes.identifier(Provenance.FILE);
      Query counts =
          Query.of(
              "select %s, count(*) from loaded group by %1$s".formatted(file),
              Map.of("loaded", table));
      try (Rows rows = engine.execute(counts, context.watch())) {
        for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
          present.put(String.valueOf(row.getFirst()), ((Number) row.getLast()).longValue());
        }
      }
      Map<String, LoadedFile> known = context.published().loadedFiles(current().orElseThrow());
      return decider.discover(spec).stream()
          .filter(
              found ->
                  known.containsKey(found.path())
                      && known.get(found.path()).rows() > present.getOrDefault(found.path(), 0L))
          .filter(found -> changed.stream().noneMatch(one -> one.path().equals(found.path())))
          .toList();
    }

    /** What was kept aside of other files. */
    private List<WrittenFile> keepRejected(Set<String> paths) {
      String list = paths.stream().map(SqlQuotes::literal).collect(Collectors.joining(", "));
      return base(rejectedVersion)
          .map(snapshot -> lake.scan(rejectedVersion, snapshot))
          .map(
              old ->
                  engine.write(
                      Query.of(
                          "select * from old_rows where file not in (%s)".formatted(list),
                          Map.of("old_rows", old)),
                      new WriteTarget(
                          lake.stagingDirectory(rejectedVersion),
                          context.filePrefix() + "kept",
                          RejectedRows.schema(),
                          Optional.empty()),
                      context.watch()))
          .orElse(List.of());
    }

    private static long rows(List<FileEntry> files) {
      return files.stream().mapToLong(FileEntry::rows).sum();
    }

    /** Bounds of text are cut, so they can only rule a file out. */
    private static boolean mayHold(FileEntry file, Schema schema, Set<String> paths) {
      FileEntry.Column bounds =
          schema.field(Provenance.FILE).map(field -> file.columns().get(field.id())).orElse(null);
      return bounds == null
          || !(bounds.lower() instanceof String lower)
          || !(bounds.upper() instanceof String upper)
          || paths.stream()
              .anyMatch(path -> path.compareTo(lower) >= 0 && path.compareTo(upper) <= 0);
    }

    private List<WrittenFile> keep(List<FileEntry> files, Schema schema, Set<String> paths) {
      if (files.isEmpty()) {
        return List.of();
      }
      String list = paths.stream().map(SqlQuotes::literal).collect(Collectors.joining(", "));
      Query query =
          Query.of(
              "select * from old_rows where %s not in (%s)"
                  .formatted(SqlQuotes.identifier(Provenance.FILE), list),
              Map.of(
                  "old_rows",
                  new Relation.Files(
                      schema, files.stream().map(FileEntry::path).toList(), rows(files))));
      return engine.write(
          query,
          new WriteTarget(
                  lake.stagingDirectory(version),
                  context.filePrefix() + "kept",
                  schema,
                  Optional.empty())
              .lookingFor(lookFor(schema)),
          context.watch());
    }

    private List<String> lookFor(Schema schema) {
      return Gate.lookFor(asset, spec.checks(), schema, context);
    }

    private HeadraceException changed(List<SourceFile> files) {
      return new HeadraceException(
          IngestError.INGEST_FILE_CHANGED,
          "Cannot append to '%s': file '%s' was loaded before and has other content now%s."
              .formatted(
                  asset.name(),
                  files.getFirst().path(),
                  files.size() == 1 ? "" : " (and " + (files.size() - 1) + " more)"),
          "Put the old file back and add the new rows under another name, or say 'on-change:"
              + " replace' in "
              + asset.declaration().origin().file()
              + " to take its old rows out.");
    }

    private LoadResult load(
        List<SourceFile> files, Optional<Long> base, Optional<Relation.Files> table) {
      try (StagingArea area = StagingArea.open(staging, stagingName(context.runId(), asset))) {
        return raw.read(
            files,
            reader ->
                new Loader(reader)
                    .load(
                        new LoadRequest(
                            asset.name(),
                            spec,
                            files,
                            table,
                            context.startedAt(),
                            lake.stagingDirectory(version),
                            lake.stagingDirectory(rejectedVersion),
                            area.directory(),
                            context.filePrefix() + "load",
                            schema -> lake.assignIds(version, base, schema, Evolution.WIDEN),
                            this::lookFor),
                        context.watch()));
      }
    }

    private Outcome release(
        LoadResult loaded, Optional<Long> base, List<Change> changes, Change ofRejected) {
      boolean continues = base.isPresent();
      try (Staged staged =
              new Staged(lake, version, base, loaded.schema(), Layout.whole(), changes);
          Staged rejected = rejected(ofRejected, continues)) {
        Gate.Verdict verdict = gate.check(asset, spec.checks(), staged, context);
        List<Ledger.Release> releases = new ArrayList<>(verdict.sideTables());
        List<String> warnings = warnings(loaded, continues);
        if (verdict.refusal().isPresent()) {
          return outcome(loaded, verdict, releases, 0, warnings);
        }
        if (!(ofRejected instanceof Change.Append(List<WrittenFile> more) && more.isEmpty())) {
          Publication.Stored stored = rejected.commit(context, null);
          releases.add(
              new Ledger.Release(content(rejectedVersion.table(), stored), continues, List.of()));
        }
        Publication.Stored stored = staged.commit(context, spec.time());
        releases.add(new Ledger.Release(content(asset.name(), stored), continues, files(loaded)));
        return outcome(loaded, verdict, releases, loaded.rowsLoaded(), warnings);
      }
    }

    private Staged rejected(Change change, boolean continues) {
      Optional<Long> base = continues ? base(rejectedVersion) : Optional.empty();
      return new Staged(
          lake, rejectedVersion, base, RejectedRows.schema(), Layout.whole(), List.of(change));
    }

    private static List<LoadedFile> files(LoadResult loaded) {
      return loaded.files().stream().map(LoadResult.File::loaded).toList();
    }

    Outcome recheck() {
      Gate.Verdict verdict =
          gate.check(
              asset, spec.checks(), relations.of(context.published(), asset.name()), context);
      List<Ledger.Release> releases = new ArrayList<>(verdict.sideTables());
      if (verdict.refusal().isEmpty()) {
        Publication.Content old = current().orElseThrow().content();
        Publication.Stored stored = (Publication.Stored) old.data();
        releases.add(
            new Ledger.Release(content(asset.name(), stored, old.state()), true, List.of()));
      }
      return new Outcome(releases, verdict.checks(), 0, 0, 0, verdict.refusal());
    }

    /** Unlike the plan, this knows what is in files that are loaded together. */
    private List<String> warnings(LoadResult loaded, boolean continues) {
      if (!spec.key().isEmpty()) {
        return List.of();
      }
      List<LoadedFile> files = files(loaded);
      Map<String, LoadedFile> kept = new TreeMap<>();
      if (continues) {
        kept.putAll(context.published().loadedFiles(current().orElseThrow()));
        files.forEach(file -> kept.remove(file.path()));
      }
      return Copies.among(kept.values(), files, decider::isGone)
          .warnings(asset.name(), spec.load());
    }

    private Outcome outcome(
        LoadResult loaded,
        Gate.Verdict verdict,
        List<Ledger.Release> releases,
        long rowsOut,
        List<String> warnings) {
      return new Outcome(
          releases,
          verdict.checks(),
          loaded.rowsRead(),
          rowsOut,
          loaded.rejected(),
          verdict.refusal(),
          warnings);
    }

    private Publication.Content content(String table, Publication.Stored stored) {
      return content(table, stored, "s" + stored.snapshotId());
    }

    private Publication.Content content(String table, Publication.Stored stored, String state) {
      return new Publication.Content(
          table,
          asset.name(),
          asset.kind().name(),
          asset.fingerprint().hex(),
          asset.definition().identityDigest(),
          asset.definition().auditDigest(),
          state,
          stored,
          Map.of(),
          DayRanges.none());
    }

    private Optional<Publication> current() {
      return Staleness.of(asset, context.published(), "definition").current();
    }

    private Optional<Relation.Files> table() {
      return base(version).map(snapshot -> lake.scan(version, snapshot));
    }

    private Optional<Long> base(VersionId of) {
      return context
          .published()
          .table(of.table())
          .map(Publication::content)
          .filter(content -> Relations.version(content).equals(of))
          .map(content -> ((Publication.Stored) content.data()).snapshotId());
    }
  }

  /** Deletes written files unless somebody else has taken charge of them. */
  private static final class Guard implements AutoCloseable {
    private List<WrittenFile> files;

    Guard(List<WrittenFile> files) {
      this.files = files;
    }

    void release() {
      files = List.of();
    }

    @Override
    public void close() {
      Staged.delete(files);
    }
  }
}

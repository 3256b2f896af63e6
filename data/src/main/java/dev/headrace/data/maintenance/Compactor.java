package dev.headrace.data.maintenance;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.RunError;
import dev.headrace.core.run.StepContext;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Commit;
import dev.headrace.data.lake.FileEntry;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.Snapshot;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Relations;
import dev.headrace.data.release.Staged;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Rewrites small files as larger ones. The rows stay, and so does the state that readers compare:
 * nothing that was built from a table becomes stale.
 */
public final class Compactor {
  private final Ledger ledger;
  private final Lake lake;
  private final SqlEngine engine;

  public Compactor(Ledger ledger, Lake lake, SqlEngine engine) {
    this.ledger = ledger;
    this.lake = lake;
    this.engine = engine;
  }

  /**
   * What is worth rewriting.
   *
   * @param smallBytes files below this size are small
   * @param targetBytes about the size that files are joined to
   * @param least how many small files that belong together are worth the work, at least 2
   */
  public record Terms(long smallBytes, long targetBytes, int least) {
    /** Below 32 MiB, joined to 256 MiB, from 4 files on. */
    public static final Terms DEFAULT = new Terms(32L << 20, 256L << 20, 4);
  }

  /** Looks only at lists of files. */
  public CompactionPlan plan(Published published, Terms terms) {
    List<CompactionPlan.Table> tables = new ArrayList<>();
    published.tables().stream()
        .filter(publication -> publication.content().data() instanceof Publication.Stored)
        // What others write is theirs to look after.
        .filter(publication -> !publication.content().kind().equals(Publication.OUTSIDE))
        .filter(publication -> isOwn(published, publication))
        .sorted(Comparator.comparing(publication -> publication.content().table()))
        .forEach(
            publication -> {
              List<CompactionPlan.Bundle> bundles = bundles(publication, terms);
              if (!bundles.isEmpty()) {
                tables.add(new CompactionPlan.Table(publication, bundles));
              }
            });
    return new CompactionPlan(tables);
  }

  /** A table that is shown as in prod is compacted there. */
  private static boolean isOwn(Published published, Publication publication) {
    return !published.overlays()
        || published
            .inProd(publication.content().table())
            .filter(other -> other.id() == publication.id())
            .isEmpty();
  }

  private List<CompactionPlan.Bundle> bundles(Publication publication, Terms terms) {
    VersionId version = Relations.version(publication.content());
    long snapshot = ((Publication.Stored) publication.content().data()).snapshotId();
    Layout layout = lake.layout(version, snapshot);
    Map<Optional<LocalDate>, List<FileEntry>> small = new LinkedHashMap<>();
    for (FileEntry file : lake.files(version, snapshot)) {
      if (file.sizeBytes() < terms.smallBytes()) {
        small.computeIfAbsent(file.day(), day -> new ArrayList<>()).add(file);
      }
    }
    List<CompactionPlan.Bundle> bundles = new ArrayList<>();
    for (List<FileEntry> files : small.values()) {
      List<FileEntry> bundle = new ArrayList<>();
      long bytes = 0;
      for (FileEntry file : files) {
        if (bytes + file.sizeBytes() > terms.targetBytes()) {
          add(bundles, bundle, layout, terms);
          bundle = new ArrayList<>();
          bytes = 0;
        }
        bundle.add(file);
        bytes += file.sizeBytes();
      }
      add(bundles, bundle, layout, terms);
    }
    return bundles;
  }

  private static void add(
      List<CompactionPlan.Bundle> bundles, List<FileEntry> files, Layout layout, Terms terms) {
    if (files.size() >= Math.max(2, terms.least())) {
      bundles.add(
          new CompactionPlan.Bundle(
              files.stream().map(FileEntry::path).toList(),
              files.stream().mapToLong(FileEntry::rows).sum(),
              files.stream().mapToLong(FileEntry::sizeBytes).sum(),
              layout.dayOf()));
    }
  }

  /**
   * Does it, table by table, while the run lock is held. Killed at any point, it is planned and
   * done again for the tables that are left.
   *
   * @return the number it is journalled under
   */
  public long carryOut(CompactionPlan plan, String environment, Watch watch) {
    int files = plan.tables().stream().mapToInt(CompactionPlan.Table::files).sum();
    long run = ledger.startRun(environment, RunRecord.Action.COMPACT, files + " small files");
    RunRecord.Status status = RunRecord.Status.FAILED;
    try {
      Map<String, List<CompactionPlan.Table>> byAsset = new LinkedHashMap<>();
      for (CompactionPlan.Table table : plan.tables()) {
        byAsset
            .computeIfAbsent(table.publication().content().asset(), asset -> new ArrayList<>())
            .add(table);
      }
      byAsset.forEach((asset, tables) -> new Step(environment, run, watch).take(asset, tables));
      status = RunRecord.Status.SUCCEEDED;
    } finally {
      ledger.finishRun(run, status);
    }
    return run;
  }

  /** The tables of one asset, which are published together. */
  private final class Step {
    private final String environment;
    private final long run;
    private final Watch watch;
    private long rows;

    Step(String environment, long run, Watch watch) {
      this.environment = environment;
      this.run = run;
      this.watch = watch;
    }

    void take(String asset, List<CompactionPlan.Table> tables) {
      int files = tables.stream().mapToInt(CompactionPlan.Table::files).sum();
      String reason = files + " small files";
      String kind = tables.getFirst().publication().content().kind();
      ledger.startStep(run, asset, kind, reason);
      try {
        List<Ledger.Release> releases = new ArrayList<>();
        for (CompactionPlan.Table table : tables) {
          releases.add(new Ledger.Release(compact(table), true, List.of()));
        }
        ledger.publish(
            run,
            environment,
            asset,
            reason,
            releases,
            List.of(),
            new Ledger.Counts(rows, rows, 0, 1),
            null);
      } catch (HeadraceException e) {
        ledger.failStep(run, asset, Ledger.Counts.none(1), StepRecord.Failure.of(e));
        throw e;
      } catch (CancellationException e) {
        HeadraceException cancelled =
            new HeadraceException(
                RunError.RUN_CANCELLED,
                "Cannot compact '%s': it was cancelled.".formatted(asset),
                "Compact again; tables that are done stay done.",
                e);
        ledger.failStep(run, asset, Ledger.Counts.none(1), StepRecord.Failure.of(cancelled));
        throw cancelled;
      }
    }

    private Publication.Content compact(CompactionPlan.Table table) {
      Publication.Content content = table.publication().content();
      Publication.Stored stored = (Publication.Stored) content.data();
      VersionId version = Relations.version(content);
      Schema schema = lake.snapshot(version, stored.snapshotId()).schema();
      List<WrittenFile> written = new ArrayList<>();
      Set<String> removed = new HashSet<>();
      boolean committed = false;
      try {
        for (CompactionPlan.Bundle bundle : table.bundles()) {
          String name = "%scompact%d".formatted(StepContext.filePrefix(run), removed.size());
          written.addAll(rewrite(version, schema, bundle, name, watch));
          removed.addAll(bundle.files());
          rows += bundle.rows();
        }
        Snapshot snapshot =
            lake.commit(
                new Commit(
                    version,
                    Optional.of(stored.snapshotId()),
                    schema,
                    lake.layout(version, stored.snapshotId()),
                    new Change.Compact(removed, written),
                    Map.of("headrace.run", Long.toString(run))));
        committed = true;
        return content.withData(
            new Publication.Stored(
                snapshot.snapshotId(), snapshot.rows(), snapshot.sizeBytes(), stored.time()));
      } finally {
        if (!committed) {
          Staged.delete(written);
        }
      }
    }
  }

  private List<WrittenFile> rewrite(
      VersionId version, Schema schema, CompactionPlan.Bundle bundle, String name, Watch watch) {
    List<WrittenFile> files =
        engine.write(
            Query.of(
                "select * from small_files",
                Map.of("small_files", new Relation.Files(schema, bundle.files(), bundle.rows()))),
            new WriteTarget(lake.stagingDirectory(version), name, schema, bundle.splitBy()),
            watch);
    long rows = files.stream().mapToLong(WrittenFile::rows).sum();
    if (rows != bundle.rows()) {
      Staged.delete(files);
      throw new IllegalStateException(
          "compacting %s: %d rows became %d".formatted(version, bundle.rows(), rows));
    }
    return files;
  }
}

package dev.headrace.data.release;

import dev.headrace.core.ledger.Publication;
import dev.headrace.data.lake.FileEntry;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.util.List;
import java.util.Optional;

/** The range of a time column, from what is known of the files. */
public final class TimeColumns {
  private TimeColumns() {}

  /** The column with its range; empty when there is no such column. */
  public static Optional<Publication.TimeColumn> of(
      List<FileEntry> files, Schema schema, String column) {
    Optional<Field> field = schema.field(column);
    if (field.isEmpty()) {
      return Optional.empty();
    }
    Publication.TimeRange range = null;
    for (FileEntry file : files) {
      FileEntry.Column bounds = file.columns().get(field.get().id());
      if (bounds != null && bounds.lower() != null && bounds.upper() != null) {
        Publication.TimeRange here =
            new Publication.TimeRange(
                Staged.instant(bounds.lower()), Staged.instant(bounds.upper()));
        range = range == null ? here : range.union(here);
      }
    }
    return Optional.of(new Publication.TimeColumn(field.get().name(), Optional.ofNullable(range)));
  }
}

package dev.headrace.ml.features;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A feature view as declared: what is known about one kind of thing, and since when. */
@Doc("Features of one entity, computed from the rows of one table, exact in time.")
public record FeatureViewSpec(
    @Doc("What the features describe, for example user.") String entity,
    @Default("[]")
        @Doc("Columns that tell entities apart; ENTITY_id where absent. Views of an entity agree.")
        List<String> key,
    @Doc("The table or source whose rows the features are made of.") String from,
    @Doc("Column that says when a row's event took place: a date or timestamp.") String time,
    @Doc(
            "Column that says when a row arrived: earlier moments do not see it. _arrived_at where"
                + " the table has such a column; none turns it off.")
        @Nullable String arrival,
    @Default("[]")
        @Doc(
            "Columns that order rows of the same time and arrival; _file and _line where the table"
                + " has them, else the values themselves.")
        List<String> row,
    @Doc("The features, by name.") Map<String, FeatureSpec> features,
    @Doc(
            "How long an entity's newest row keeps its features alive, both ends included; forever"
                + " where absent.")
        @Nullable Duration ttl,
    @Default("[]") @Doc("Labels for --select tag:NAME.") List<String> tags,
    @Doc("What the view is about, one sentence.") @Nullable String description) {
  /** {@code arrival: none}. */
  public static final String NO_ARRIVAL = "none";

  /** The column that says when rows arrived where none is declared. */
  public static final String DEFAULT_ARRIVAL = "_arrived_at";

  /** The key columns, declared or by default. */
  public List<String> keyColumns() {
    return key.isEmpty() ? List.of(entity + "_id") : key;
  }
}

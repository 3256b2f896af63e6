package dev.headrace.ml.registry;

import dev.headrace.core.ledger.Aliases;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.ledger.Showing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When each name of a model's versions came to which version, by what and why: {@code champion} as
 * an environment showed it, and the names that somebody gave, which are the same everywhere.
 *
 * @param environment whose champion is told
 * @param moves the oldest first
 */
public record ModelHistory(String model, String environment, List<Move> moves) {
  public ModelHistory {
    moves = List.copyOf(moves);
  }

  /** What moved a name. */
  public enum Event {
    /** A run trained the version, and its gate held. */
    TRAINED,
    /**
     * A run showed a version that was trained before, since its declaration and inputs are back.
     */
    SHOWN_AGAIN,
    /** What another environment showed became that of {@code prod}. */
    PROMOTED,
    /** An earlier state is shown again. */
    ROLLED_BACK,
    /** An environment gave up a version of its own and shows what {@code prod} does. */
    FOLLOWED,
    /** Nothing is shown any more. */
    WITHDRAWN,
    /** Somebody gave the name. */
    NAMED,
    /** It was so when the ledger began to keep names; since when, nobody has kept. */
    FOUND
  }

  /**
   * A name came to another version.
   *
   * @param at when; of {@link Event#FOUND} when it was seen to be so
   * @param from the version before; null for none, and where it is not known
   * @param to the version from then on; null for none
   * @param run of the ledger; null where no run moved it
   * @param environment in which that run was; null where no run moved it
   * @param reason in words; empty where none was given
   */
  public record Move(
      Instant at,
      String name,
      Event event,
      @Nullable Integer from,
      @Nullable Integer to,
      @Nullable Long run,
      @Nullable String environment,
      String reason) {}

  static ModelHistory of(
      String model,
      String environment,
      List<ModelCard> versions,
      List<Showing> showings,
      List<Aliases.Change> changes) {
    List<Move> moves = new ArrayList<>(champions(versions, showings));
    moves.addAll(named(changes));
    moves.sort(Comparator.comparing(Move::at)); // Stable: what is equal stays in its own order.
    return new ModelHistory(model, environment, moves);
  }

  /** The moves until a moment, it included. */
  public ModelHistory until(Instant moment) {
    return new ModelHistory(
        model, environment, moves.stream().filter(move -> !move.at().isAfter(moment)).toList());
  }

  /**
   * The move that brought each name to where it stands after all moves; none that stand nowhere.
   */
  public SequencedMap<String, Move> standing() {
    TreeMap<String, Move> standing = new TreeMap<>();
    moves.forEach(move -> standing.put(move.name(), move));
    standing.values().removeIf(move -> move.to() == null);
    return standing;
  }

  private static List<Move> named(List<Aliases.Change> changes) {
    Map<String, Integer> before = new HashMap<>();
    List<Move> moves = new ArrayList<>();
    for (Aliases.Change change : changes) {
      moves.add(
          new Move(
              change.at(),
              change.alias(),
              switch (change.origin()) {
                case GIVEN -> Event.NAMED;
                case FOUND -> Event.FOUND;
              },
              before.put(change.alias(), change.version()),
              change.version(),
              null,
              null,
              change.reason()));
    }
    return moves;
  }

  private static List<Move> champions(List<ModelCard> versions, List<Showing> showings) {
    Map<String, ModelCard> byState =
        versions.stream()
            .filter(card -> card.predictions() != null)
            .collect(Collectors.toMap(card -> ModelBuilder.state(card.predictions()), c -> c));
    List<Move> moves = new ArrayList<>();
    Optional<String> before = Optional.empty();
    for (Showing showing : showings) {
      // Not the snapshot: files that are joined keep the state and get another.
      Optional<Publication> model =
          showing.publication().filter(p -> p.content().kind().equals(ModelKind.NAME));
      Optional<String> state = model.map(p -> p.content().state());
      if (!state.equals(before)) {
        ModelCard to = state.map(byState::get).orElse(null);
        ModelCard from = before.map(byState::get).orElse(null);
        Event event = event(showing, model);
        moves.add(
            new Move(
                showing.at(),
                Registry.CHAMPION,
                event,
                from == null ? null : (Integer) from.version(),
                to == null ? null : (Integer) to.version(),
                showing.run().id(),
                showing.run().environment(),
                reason(event, showing, to, model.isPresent())));
        before = state;
      }
    }
    return moves;
  }

  private static Event event(Showing showing, Optional<Publication> model) {
    if (model.isEmpty()) {
      return Event.WITHDRAWN;
    }
    return switch (showing.run().action()) {
      case ROLLBACK -> Event.ROLLED_BACK;
      case RUN, PROMOTE, DROP, COMPACT, OUTSIDE -> {
        if (showing.followed()) {
          yield Event.FOLLOWED;
        }
        if (showing.run().action() == RunRecord.Action.PROMOTE) {
          yield Event.PROMOTED;
        }
        yield model.get().runId() == showing.run().id() ? Event.TRAINED : Event.SHOWN_AGAIN;
      }
    };
  }

  private static String reason(
      Event event, Showing showing, @Nullable ModelCard to, boolean shown) {
    String told =
        switch (event) {
          case TRAINED -> trained(showing, to);
          case SHOWN_AGAIN -> showing.stepReason().orElse("");
          case PROMOTED -> "from " + showing.run().note();
          case ROLLED_BACK -> showing.run().note();
          case FOLLOWED ->
              switch (showing.run().action()) {
                case PROMOTE -> "its own tables became those of prod";
                case DROP -> "the environment was dropped";
                case RUN, ROLLBACK, COMPACT, OUTSIDE -> "it is built no other way than in prod";
              };
          case WITHDRAWN ->
              switch (showing.run().action()) {
                case OUTSIDE -> "another program wrote to its table";
                case PROMOTE -> "from " + showing.run().note();
                case ROLLBACK -> showing.run().note();
                case RUN, COMPACT, DROP -> "nothing declares it any more";
              };
          case NAMED, FOUND -> "";
        };
    return shown && to == null ? told + "; its files are gone" : told;
  }

  private static String trained(Showing showing, @Nullable ModelCard to) {
    String why = showing.stepReason().orElse("");
    if (to == null || to.gate().isEmpty()) {
      return why;
    }
    return "%s; gate passed: %s"
        .formatted(
            why,
            to.gate().stream().map(ModelCard.Condition::figures).collect(Collectors.joining("; ")));
  }
}

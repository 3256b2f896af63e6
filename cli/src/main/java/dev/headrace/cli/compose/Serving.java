package dev.headrace.cli.compose;

import dev.headrace.core.journal.Journal;
import dev.headrace.core.journal.JournalLimits;
import dev.headrace.data.warehouse.Warehouses;
import dev.headrace.decisions.assignment.ExposureLog;
import dev.headrace.decisions.assignment.Flags;
import dev.headrace.decisions.assignment.FlagsSpec;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.server.features.FeastRoutes;
import dev.headrace.server.features.FeatureRoutes;
import dev.headrace.server.flags.OfrepRoutes;
import dev.headrace.server.http.HttpServer;
import dev.headrace.server.http.Routes;
import dev.headrace.server.http.ServeSpec;
import dev.headrace.server.iceberg.IcebergRoutes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Wires what one process serves. */
final class Serving {
  /** There once the project was served: other programs may write to the lake's directories. */
  static final String SERVED = "served";

  /** Below the state directory. */
  private static final String EXPOSURES = "exposures";

  private final Headrace headrace;
  private final Supplier<? extends SqlEngine> engine;
  private final Consumer<Runnable> closing;

  /**
   * @param closing takes what is to be done when the project is closed, last come first served
   */
  Serving(Headrace headrace, Supplier<? extends SqlEngine> engine, Consumer<Runnable> closing) {
    this.headrace = headrace;
    this.engine = engine;
    this.closing = closing;
  }

  HttpServer start(@Nullable String host, @Nullable Integer port) {
    ServeSpec spec = headrace.config().find(Kinds.SERVE).orElseThrow();
    noteServed();
    List<Routes> rooms = new ArrayList<>();
    rooms.add(new IcebergRoutes(warehouses(headrace, engine)));
    rooms.add(new OfrepRoutes(flags()));
    OnlineFeatures features = headrace.online().serve();
    rooms.add(new FeatureRoutes(features));
    rooms.add(new FeastRoutes(features));
    rooms.addAll(new ModelServing(headrace, closing).rooms(features));
    return HttpServer.start(
        spec.on(host == null ? spec.host() : host, port == null ? spec.port() : port), rooms);
  }

  /** What the REST catalog shows of the project. */
  static Warehouses warehouses(Headrace headrace, Supplier<? extends SqlEngine> engine) {
    return new Warehouses(
        headrace.ledger(),
        headrace.lake(),
        headrace.stateDirectory(),
        new SharedEngine(engine)::describe);
  }

  /** The flags, followed as they change, with a journal of what they give. */
  private Flags flags() {
    FlagsSpec spec = headrace.config().find(Kinds.FLAGS).orElseThrow();
    LiveFlags live = LiveFlags.follow(headrace, spec);
    closing.accept(live::close);
    if (!spec.exposures()) {
      return new Flags(live::state, headrace.clock(), Optional.empty());
    }
    JournalLimits usual = JournalLimits.defaults();
    Journal journal =
        Journal.open(
            headrace.stateDirectory().resolve(EXPOSURES),
            new JournalLimits(
                usual.pendingBytes(), usual.syncEvery(), usual.segmentBytes(), spec.exposureAge()),
            headrace.clock());
    ExposureLog exposures = new ExposureLog(journal, spec.exposureAttributes());
    closing.accept(exposures::close);
    return new Flags(live::state, headrace.clock(), Optional.of(exposures));
  }

  private void noteServed() {
    try {
      Files.createDirectories(headrace.stateDirectory());
      Files.write(headrace.stateDirectory().resolve(SERVED), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The engine for many threads, made when the first of them needs it. */
  private record SharedEngine(Supplier<? extends SqlEngine> maker) {
    synchronized Schema describe(Query query) {
      return maker.get().describe(query);
    }
  }
}

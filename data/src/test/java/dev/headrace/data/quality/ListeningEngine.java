package dev.headrace.data.quality;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Schema;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** An engine, and what it was asked. */
public final class ListeningEngine implements SqlEngine {
  public final List<String> executed = new CopyOnWriteArrayList<>();

  /** Conditions that were looked for, each as often as something was written. */
  public final List<String> lookedFor = new CopyOnWriteArrayList<>();

  /** Whether it shows that it can count by bits; engines that cannot have another plan. */
  boolean countsByBits = true;

  private final SqlEngine engine;

  public ListeningEngine(SqlEngine engine) {
    this.engine = engine;
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public Schema describe(Query query) {
    return engine.describe(query);
  }

  @Override
  public Optional<String> countDistinctByBits(String column, long least, long greatest) {
    return countsByBits
        ? engine.countDistinctByBits(column, least, greatest)
        : SqlEngine.super.countDistinctByBits(column, least, greatest);
  }

  @Override
  public Rows execute(Query query, Watch watch) {
    executed.add(query.sql());
    return engine.execute(query, watch);
  }

  @Override
  public List<WrittenFile> write(Query query, WriteTarget target, Watch watch) {
    lookedFor.addAll(target.lookFor());
    return engine.write(query, target, watch);
  }

  @Override
  public void close() {
    engine.close();
  }
}

package dev.headrace.decisions.adworld.internal;

import dev.headrace.decisions.adworld.AdWorldReport.EventFile;
import dev.headrace.decisions.adworld.AdWorldSpec;
import dev.headrace.spi.engine.Watch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The loop: requests are made in order, their auctions run in parallel batches, and what follows is
 * applied in order again.
 *
 * <p>Batch n learns of the spending of all batches up to n - {@link #LAG} and of no other, whatever
 * the number of threads: that is why threads do not change a byte, and how late a budget stops a
 * campaign.
 */
public final class Simulation {
  static final int LAG = 4;

  private final AdWorldSpec spec;
  private final Path root;
  private final Watch watch;
  private final Clock clock;
  private final Population population;
  private final Seeds seeds;
  private final Batch[] batches = new Batch[LAG];
  private final Auctioneer[] auctioneers = new Auctioneer[LAG];
  private final Future<?>[] running = new Future<?>[LAG];
  private final long[] spentMicros = new long[Catalog.CAMPAIGNS.size()];
  private int spentDay;

  /** A simulation of {@code spec} into the empty directory {@code root}. */
  public Simulation(AdWorldSpec spec, Path root, Watch watch) {
    this.spec = spec;
    this.root = root;
    this.watch = watch;
    this.clock = new Clock(spec.startDate(), spec.days());
    this.seeds = new Seeds(spec.seed());
    this.population = new Population(spec.people(), seeds);
    for (int i = 0; i < LAG; i++) {
      batches[i] = new Batch(clock.days - 1);
      auctioneers[i] = new Auctioneer(population, clock, seeds);
    }
  }

  /**
   * Writes the whole world; the event files in order.
   *
   * @throws IOException if a file cannot be written
   * @throws CancellationException if the watch is cancelled meanwhile
   */
  public List<EventFile> run() throws IOException {
    try (WorldFiles files = new WorldFiles(root, clock, spec.feeds())) {
      Dimensions.write(root.resolve("raw"), clock, spec.people());
      Timeline timeline = new Timeline(population, clock, seeds, files);
      ExecutorService workers =
          Executors.newFixedThreadPool(
              Math.min(spec.threads(), LAG),
              Thread.ofPlatform().daemon().name("adworld-", 0).factory());
      try {
        simulate(workers, files, timeline);
      } finally {
        workers.shutdownNow();
        workers.close();
      }
      timeline.advance(clock.end - 1);
      files.closeBefore(clock.days);
      List<EventFile> events = files.finish();
      EventRows rows = new EventRows(population, clock, seeds);
      new Truth(root.resolve("truth"), population, clock, rows).write(files.world(), events);
      return events;
    }
  }

  private void simulate(ExecutorService workers, WorldFiles files, Timeline timeline)
      throws IOException {
    Traffic traffic = new Traffic(population, clock, seeds);
    long made = 0;
    for (; ; made++) {
      int slot = (int) (made % LAG);
      if (made >= LAG) {
        apply(slot, files, timeline);
      }
      Batch batch = batches[slot];
      if (!traffic.fill(batch)) {
        break;
      }
      batch.number = made;
      batch.activeCampaigns = activeCampaigns(batch.day());
      running[slot] = workers.submit(() -> auctioneers[slot].run(batch));
    }
    for (long rest = Math.max(0, made - LAG + 1); rest < made; rest++) {
      apply((int) (rest % LAG), files, timeline);
    }
  }

  private void apply(int slot, WorldFiles files, Timeline timeline) throws IOException {
    await(running[slot]);
    Batch batch = batches[slot];
    int day = batch.day();
    if (day != spentDay) {
      Arrays.fill(spentMicros, 0);
      spentDay = day;
    }
    for (int c = 0; c < spentMicros.length; c++) {
      spentMicros[c] += batch.tally.budgetMicros[c];
    }
    files.append(batch.sheets);
    files.appendExposures(day, batch.exposures);
    files.tally(day).add(batch.tally);
    timeline.schedule(batch.pending);
    long last = batch.times[batch.size - 1];
    timeline.advance(last);
    files.closeBefore(day);
    if (watch.isCancelled()) {
      throw new CancellationException("the simulation was cancelled");
    }
    watch.progress((double) last / clock.end);
  }

  /** Campaigns in flight on a day, whose daily budget is not known to be spent. */
  private int activeCampaigns(int day) {
    int active = 0;
    for (int c = 0; c < spentMicros.length; c++) {
      Catalog.Campaign campaign = Catalog.CAMPAIGNS.get(c);
      boolean inFlight =
          day >= campaign.firstDay(clock.days) && day <= campaign.lastDay(clock.days);
      long spent = day == spentDay ? spentMicros[c] : 0;
      if (inFlight && spent < campaign.budgetMicrosPerPerson() * spec.people()) {
        active |= 1 << c;
      }
    }
    return active;
  }

  private static void await(Future<?> batch) throws IOException {
    try {
      batch.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a batch of auctions failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while simulating");
    }
  }
}

package dev.headrace.decisions.adworld.internal;

import dev.headrace.decisions.adworld.AdWorldReport.EventFile;
import dev.headrace.decisions.adworld.Dirt;
import dev.headrace.decisions.adworld.Feed;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * The event files of a world: those of the days that can still get rows are open, the others are
 * closed and counted.
 */
@SuppressWarnings("EnumOrdinal") // arrays and packed numbers follow the declared order
final class WorldFiles implements AutoCloseable {
  static final String CONVERSIONS_HEADER =
      "order_id,occurred_at,advertiser_id,visitor_id,email_sha256,value,currency,items\n";

  private final Path root;
  private final Clock clock;
  private final Set<Feed> feeds;
  private final ParquetExport exchange;
  private final TreeMap<Integer, Day> open = new TreeMap<>();
  private final List<EventFile> closed = new ArrayList<>();
  private final Tally world = new Tally();
  private final OutputStream orders;
  private final OutputStream totals;
  private int nextToClose;

  /**
   * @param feeds that are written; rows of others go nowhere
   */
  WorldFiles(Path root, Clock clock, Set<Feed> feeds) throws IOException {
    this.root = root;
    this.clock = clock;
    this.feeds = feeds;
    for (Feed feed : feeds) {
      Files.createDirectories(root.resolve(feed.path("any")).getParent());
    }
    Files.createDirectories(root.resolve("truth/exposures"));
    this.exchange = new ParquetExport(root.resolve(".spool"));
    this.orders = create("truth/orders.csv");
    orders.write(
        Text.utf8(
            "order_id,occurred_at,person_id,advertiser_id,cause,request_id,realised,"
                + "attributed_campaign_id,value_usd\n"));
    this.totals = create("truth/totals.csv");
    totals.write(
        Text.utf8("date,campaign_id,impressions,clicks,conversions,revenue_usd,spend_usd\n"));
  }

  /** The sums of a day that is not closed yet. */
  Tally tally(int day) throws IOException {
    return day(day).tally;
  }

  void append(Sheets sheets) throws IOException {
    for (Feed feed : Feed.values()) {
      for (int later = 0; later < Sheets.REACH_DAYS; later++) {
        Sheet sheet = sheets.at(feed, later);
        if (sheet.rows > 0) {
          day(sheets.day() + later).append(feed, sheet);
        }
      }
    }
  }

  void appendExposures(int day, Text text) throws IOException {
    write(day(day).exposures, text);
  }

  void appendOrders(Text text) throws IOException {
    write(orders, text);
  }

  /** Closes the files of all days before {@code day}: no row will come for them any more. */
  void closeBefore(int day) throws IOException {
    for (; nextToClose < day; nextToClose++) {
      Day finished = day(nextToClose);
      open.remove(nextToClose);
      finished.close();
      world.add(finished.tally);
      Text text = new Text(1 << 12);
      Truth.putTotals(text, clock.date(finished.day), finished.tally);
      write(totals, text);
    }
  }

  /** Sums over all closed days. */
  Tally world() {
    return world;
  }

  /** Ends the exports under way; the closed files in order of day and feed. */
  List<EventFile> finish() throws IOException {
    exchange.finish();
    orders.close();
    totals.close();
    List<EventFile> files = new ArrayList<>();
    for (EventFile file : closed) {
      long bytes = Files.size(root.resolve(file.path()));
      files.add(new EventFile(file.path(), file.rows(), bytes, file.dirt()));
    }
    return files;
  }

  @Override
  public void close() throws IOException {
    exchange.close();
    orders.close();
    totals.close();
    for (Day day : open.values()) {
      day.closeStreams();
    }
  }

  private Day day(int day) throws IOException {
    Day found = open.get(day);
    if (found == null) {
      found = new Day(day);
      open.put(day, found);
    }
    return found;
  }

  private OutputStream create(String path) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(root.resolve(path)), 1 << 16);
  }

  private static void write(OutputStream out, Text text) throws IOException {
    out.write(text.array(), 0, text.size());
  }

  /** The open files of one day. */
  private final class Day {
    private final int day;
    private final String date;
    private final Tally tally = new Tally();
    private final EnumMap<Feed, OutputStream> streams = new EnumMap<>(Feed.class);
    private final EnumMap<Feed, long[]> dirt = new EnumMap<>(Feed.class);
    private final long[] rows = new long[Feed.values().length];
    private final OutputStream exposures;
    private final Path spool;

    Day(int day) throws IOException {
      this.day = day;
      this.date = clock.date(day);
      this.spool = exchange.spoolFile(date);
      for (Feed feed : Feed.values()) {
        dirt.put(feed, new long[Dirt.values().length]);
        streams.put(feed, open(feed));
      }
      exposures = create("truth/exposures/" + date + ".csv");
      exposures.write(
          Text.utf8(
              "request_id,event_id,actor_id,device_id,campaign_id,is_ghost,"
                  + "click_probability\n"));
    }

    private OutputStream open(Feed feed) throws IOException {
      if (!feeds.contains(feed)) {
        return OutputStream.nullOutputStream();
      }
      return switch (feed) {
        case IMPRESSIONS, LOGINS -> create(feed.path(date));
        // A gzip header of Java carries no time and no file name.
        case CLICKS -> new GZIPOutputStream(create(feed.path(date)), 1 << 13);
        case CONVERSIONS -> {
          OutputStream csv = create(feed.path(date));
          csv.write(Text.utf8(CONVERSIONS_HEADER));
          yield csv;
        }
        case AUCTIONS -> new BufferedOutputStream(Files.newOutputStream(spool), 1 << 16);
      };
    }

    void append(Feed feed, Sheet sheet) throws IOException {
      write(stream(feed), sheet.text);
      rows[feed.ordinal()] += sheet.rows;
      long[] counts = counts(feed);
      for (int kind = 0; kind < counts.length; kind++) {
        counts[kind] += sheet.dirt[kind];
      }
    }

    void close() throws IOException {
      closeStreams();
      if (feeds.contains(Feed.AUCTIONS)) {
        exchange.submit(spool, root.resolve(Feed.AUCTIONS.path(date)));
      }
      for (Feed feed : Feed.values()) {
        if (!feeds.contains(feed)) {
          continue;
        }
        long[] counts = counts(feed);
        Map<Dirt, Long> present = new EnumMap<>(Dirt.class);
        for (Dirt kind : Dirt.values()) {
          if (counts[kind.ordinal()] > 0) {
            present.put(kind, counts[kind.ordinal()]);
          }
        }
        closed.add(new EventFile(feed.path(date), rows[feed.ordinal()], 0, present));
      }
    }

    void closeStreams() throws IOException {
      for (OutputStream stream : streams.values()) {
        stream.close();
      }
      exposures.close();
    }

    private OutputStream stream(Feed feed) {
      return java.util.Objects.requireNonNull(streams.get(feed));
    }

    private long[] counts(Feed feed) {
      return java.util.Objects.requireNonNull(dirt.get(feed));
    }
  }
}

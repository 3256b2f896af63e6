package dev.headrace.decisions.adworld;

import java.util.Locale;

/**
 * The ways in which raw rows are dirty.
 *
 * <p>Counts are per row as written: a row that is written twice and lacks its campaign counts twice
 * as {@link #MISSING_CAMPAIGN} and once as {@link #DUPLICATE}. Rates are chances per clean row,
 * given as parts per million in the order impressions, clicks, conversions, logins, auctions.
 */
public enum Dirt {
  /** A byte-for-byte further copy of a row, same id, in the same or the next day's file. */
  DUPLICATE(5_000, 10_000, 5_000, 2_000, 1_000),
  /** The row lies in a file of a later day (1 or 2 days) than it occurred. */
  LATE(10_000, 5_000, 10_000, 5_000, 0),
  /** The row comes after rows of its own day and file that occurred later. */
  OUT_OF_ORDER(5_000, 0, 0, 0, 0),
  /** A cut, unparsable copy of a JSON line; the whole line follows it. */
  TRUNCATED_LINE(1_000, 1_000, 0, 1_000, 0),
  /** {@code campaign_id} and {@code advertiser_id} are null; the creative tells both. */
  MISSING_CAMPAIGN(3_000, 0, 0, 0, 0),
  /** {@code price} is a string with a decimal comma. */
  PRICE_COMMA(2_000, 0, 0, 0, 0),
  /** {@code occurred_at} is a number: milliseconds since 1970. */
  EPOCH_TIME(2_000, 2_000, 0, 0, 0),
  /** {@code user_agent} is null; never on a bot. */
  MISSING_USER_AGENT(5_000, 0, 0, 0, 0),
  /** {@code ip} is the word "unknown"; never on a bot. */
  MALFORMED_IP(1_000, 0, 0, 0, 0),
  /** {@code geo} is null. */
  MISSING_GEO(10_000, 0, 0, 0, 0),
  /** No cookie and no ad id: the browser blocks them. Arises from the population. */
  MISSING_ID(0, 0, 0, 0, 0),
  /** The ad id is all zeros: the person limits tracking. Arises from the population. */
  ZERO_AD_ID(0, 0, 0, 0, 0),
  /** Made by a bot that says so in its user agent. Arises from the traffic. */
  BOT_DECLARED(0, 0, 0, 0, 0),
  /** Made by a bot that looks like a browser but comes from a data centre. */
  BOT_STEALTH(0, 0, 0, 0, 0),
  /** A further click row whose impression was never logged. */
  UNKNOWN_IMPRESSION(0, 3_000, 0, 0, 0),
  /** A cut copy of a CSV row with fewer fields; the whole row follows it. */
  RAGGED_SHORT(0, 0, 3_000, 0, 0),
  /** A copy of a CSV row with two fields too many; the right row follows it. */
  RAGGED_LONG(0, 0, 2_000, 0, 0),
  /** A further row from a shop's test, with an order id that starts with {@code TEST-}. */
  TEST_ORDER(0, 0, 3_000, 0, 0),
  /** {@code currency} is empty; it is the advertiser's. */
  MISSING_CURRENCY(0, 0, 5_000, 0, 0),
  /** {@code value} is at least 1,000 and written with a comma, in quotes. */
  THOUSANDS_SEPARATOR(0, 0, 0, 0, 0),
  /** {@code email_sha256} is in capital letters. */
  UPPERCASE_HASH(0, 0, 0, 10_000, 0),
  /** {@code email_sha256} is null in a login. */
  MISSING_HASH(0, 0, 0, 5_000, 0);

  private final int impressionsPpm;
  private final int clicksPpm;
  private final int conversionsPpm;
  private final int loginsPpm;
  private final int auctionsPpm;

  Dirt(int impressionsPpm, int clicksPpm, int conversionsPpm, int loginsPpm, int auctionsPpm) {
    this.impressionsPpm = impressionsPpm;
    this.clicksPpm = clicksPpm;
    this.conversionsPpm = conversionsPpm;
    this.loginsPpm = loginsPpm;
    this.auctionsPpm = auctionsPpm;
  }

  /** The name used in {@code truth/dirt.csv}: {@code duplicate}, {@code late} … */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Chance per clean row of {@code feed}, in parts per million; 0 where it is not injected. */
  public int ratePpm(Feed feed) {
    return switch (feed) {
      case IMPRESSIONS -> impressionsPpm;
      case CLICKS -> clicksPpm;
      case CONVERSIONS -> conversionsPpm;
      case LOGINS -> loginsPpm;
      case AUCTIONS -> auctionsPpm;
    };
  }
}

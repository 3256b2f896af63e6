/**
 * The ad world: a simulator of people, ads and orders whose true figures are known.
 *
 * <p>Read {@link dev.headrace.decisions.adworld.AdWorld} first, then {@link
 * dev.headrace.decisions.adworld.AdWorldSpec} and {@link dev.headrace.decisions.adworld.Dirt}. The
 * room writes files and never reads any; nothing else in Headrace knows about it. A world has raw
 * files as a team would get them, and a {@code truth/} folder that a pipeline must not read.
 *
 * <h2>Files</h2>
 *
 * <ul>
 *   <li>{@code raw/}: one file per day of {@code impressions} and {@code logins} (JSON lines),
 *       {@code clicks} (JSON lines, gzip), {@code conversions} (CSV), {@code auctions} (Parquet);
 *       {@code advertisers}, {@code campaigns}, {@code creatives}, {@code sites}, {@code fx} and
 *       {@code datacenters} (CSV).
 *   <li>{@code truth/}: {@code rules.md} (how to clean), {@code totals.csv} (what comes out),
 *       {@code dirt.csv}, {@code people.csv}, {@code devices.csv}, {@code identifiers.csv}, {@code
 *       exposures/} (every won auction with its click probability), {@code click_model.json},
 *       {@code orders.csv} (every order and its cause, those that withheld ads would have caused
 *       included), {@code campaign_effects.csv}.
 * </ul>
 *
 * <h2>People</h2>
 *
 * <p>Blocks of 8 people fall into households of 1 to 5 by one of 8 equally likely patterns; a
 * household shares a city, a home address (IPv4, renewed every 30 days) and, with chance 0.60, a
 * television. A person has a phone (0.93), laptop (0.70), tablet (0.25), and a phone if none of
 * them; is light (0.45), medium (0.40) or heavy (0.15) online, with activity 0.4, 1, 2.6; cares
 * little (0.50), somewhat (0.35) or much (0.15) for each of six verticals, with interest factor
 * 0.4, 1, 3 (mean 1). All traits are independent. Six in ten work, and use an office address on
 * weekdays 9 to 17; phones use a shared carrier address 45 % of the time.
 *
 * <p>Identifiers: on web sites a cookie that lives 7 days on Safari and 15, 45 or 180 days (by
 * device) elsewhere, none on the 4 % of devices that block cookies; in apps and on televisions an
 * ad id, all zeros on 45 % of iOS devices. A person who visits a site with logins logs in with
 * chance 0.25 per session and sends the SHA-256 of the normalised e-mail address.
 *
 * <h2>Traffic</h2>
 *
 * <p>Sessions are a Poisson process per person with rate 2.5 a(person)/mean(a) per day, shaped by a
 * daily profile and 1.15 on weekends; a session visits one site, drawn with share 1/(rank + 2)
 * among its kind, and makes 1 + Geometric requests (mean 4, at most 40) with gaps of 2 + Exp(33)
 * seconds. One session in 71 is a bot's: 5 to 25 requests, one or two seconds apart; three of five
 * bots say so in the user agent, two come as a browser from a data centre.
 *
 * <h2>Auctions</h2>
 *
 * <p>Second price. Three of the twelve campaigns are drawn; those in flight whose daily budget is
 * not spent bid {@code base x 1.2 (if the site's category is the vertical) x r x U(0.75, 1.25)},
 * with r = 0.35, 1, 1.8 by interest for retargeting campaigns and 1 otherwise. The best rival from
 * outside bids R, log-logistic with median 3.000 USD CPM and scale 0.45: P(R &lt;= b) = 1 / (1 + (b
 * / 3)^(-1/0.45)). The highest bid above the floor wins and pays the highest of the second own bid,
 * R and the floor, cut to 0.001. Spending is known to bidders four batches late (a batch: 4,096
 * requests, or the rest of the hour), so a budget is overspent by at most that.
 *
 * <h2>Clicks, effects and the holdout</h2>
 *
 * <p>A shown ad is clicked with p = 1 / (1 + exp(-x)), where x = -5.0 + position (0.35, 0, -0.35) +
 * device (phone 0.10, tablet 0.05, tv -2.5) + placement (sidebar -0.3, in_feed 0.4, interstitial
 * 0.7, app_banner -0.1) + interest (-0.4, 0.2, 0.8) + creative (-0.3, 0, 0.3) + the campaign's
 * appeal + 0.5 if the site's category is the vertical + 0.15 from 18 to 22:59 UTC; p is rounded to
 * millionths. Bots click with 0.15. The click follows after 1 + Exp(9) seconds.
 *
 * <p>Organic orders are a Poisson process per person and advertiser: 0.002 x interest factor per
 * day. Besides, every won auction has two potential outcomes. If the ad is shown, it causes one
 * order with the campaign's click effect (if clicked) or view effect (if not), after one minute +
 * Exp(the campaign's mean delay), cut at 7 days less an hour; if it is not shown, none. For a
 * random 10 % of people per campaign, independent of all else and for good, the ad is withheld: the
 * auction is won and logged as a ghost, there is no impression and no cost. Both outcomes are drawn
 * either way and told in the truth. Baskets are log-logistic with the advertiser's median and scale
 * 0.35. Orders happen on the device of the ad (0.8; never a television) or on another of the
 * person's; 70 % carry the e-mail hash. Whatever would happen after the last day does not.
 *
 * <h2>Dirt</h2>
 *
 * <p>Kinds and rates: {@link dev.headrace.decisions.adworld.Dirt}. Late rows stand at the head of
 * the later day's file (one day later 80 %, two 20 %). A copy follows its row, or lies in the next
 * day's file (10 %). A row out of order comes up to 40 rows late.
 *
 * <h2>Determinism, memory, speed</h2>
 *
 * <p>Traits are hashes of seed, trait and person; events come from L64X128MixRandom generators
 * seeded by hashes of seed, process and batch; exponentials and logarithms are StrictMath's. The
 * bytes depend on the spec only, and those of gzip and Parquet also on the versions of the JDK's
 * zlib and of DuckDB.
 *
 * <p>The heap holds four batches, the sessions open now, orders not due yet (about 0.01 per
 * person), the clicks of 7 days for attribution (about 0.8 per person, 34 to 68 bytes each) and a
 * count per file: under 60 bytes per person, nothing per day but those counts. DuckDB takes up to
 * 256 MB outside the heap.
 */
@NullMarked
package dev.headrace.decisions.adworld;

import org.jspecify.annotations.NullMarked;

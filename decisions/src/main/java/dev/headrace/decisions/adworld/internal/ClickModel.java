package dev.headrace.decisions.adworld.internal;

import dev.headrace.decisions.adworld.internal.Catalog.Campaign;
import dev.headrace.decisions.adworld.internal.Catalog.Site;

/**
 * The logistic model by which people click: logit p = sum of the terms below.
 *
 * <p>p is rounded to parts per million before it is used, so that the probability told in the truth
 * is exactly the one drawn from.
 */
@SuppressWarnings("EnumOrdinal") // arrays and packed numbers follow the declared order
final class ClickModel {
  static final double INTERCEPT = -5.0;
  static final double[] POSITION = {0.35, 0.0, -0.35};
  static final double[] DEVICE = {0.10, 0.0, 0.05, -2.5};
  static final double[] PLACEMENT = {0.0, -0.3, 0.4, 0.7, -0.1, 0.0};
  static final double[] INTEREST = {-0.4, 0.2, 0.8};
  static final double[] CREATIVE = {-0.3, 0.0, 0.3};
  static final double SAME_CATEGORY = 0.5;
  static final double EVENING = 0.15;

  /** Bots click without looking. */
  static final int BOT_PPM = 150_000;

  static final String[] PLACEMENTS = {
    "top_banner", "sidebar", "in_feed", "interstitial", "app_banner", "preroll"
  };

  private ClickModel() {}

  /** Chance of a click in parts per million; {@code hour} is the UTC hour of the impression. */
  static int ppm(
      Device device,
      int placement,
      int position,
      Site site,
      Campaign campaign,
      int creative,
      int interest,
      int hour) {
    double logit =
        INTERCEPT
            + POSITION[position - 1]
            + DEVICE[device.ordinal()]
            + PLACEMENT[placement]
            + INTEREST[interest]
            + CREATIVE[creative]
            + campaign.clickLogit()
            + (site.category() == campaign.advertiser() ? SAME_CATEGORY : 0)
            + (hour >= 18 && hour <= 22 ? EVENING : 0);
    return (int) StrictMath.rint(1_000_000 / (1 + StrictMath.exp(-logit)));
  }
}

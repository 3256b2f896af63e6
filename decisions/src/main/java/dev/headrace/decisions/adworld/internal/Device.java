package dev.headrace.decisions.adworld.internal;

import java.util.List;

/** The kinds of device and the software found on them. */
enum Device {
  PHONE(
      new Software("iOS", "Safari", ios("iPhone; CPU iPhone OS 18_3 like Mac OS X", "18.3")),
      new Software("Android", "Chrome", chrome("Linux; Android 10; K", "134.0.0.0 Mobile")),
      new Software("Android", "Chrome", chrome("Linux; Android 10; K", "133.0.0.0 Mobile"))),
  LAPTOP(
      new Software("Windows", "Chrome", chrome("Windows NT 10.0; Win64; x64", "134.0.0.0")),
      new Software("macOS", "Safari", safari("Macintosh; Intel Mac OS X 10_15_7", "18.3")),
      new Software("Windows", "Firefox", firefox("Windows NT 10.0; Win64; x64"))),
  TABLET(
      new Software("iOS", "Safari", ios("iPad; CPU OS 18_3 like Mac OS X", "18.3")),
      new Software("Android", "Chrome", chrome("Linux; Android 10; K", "134.0.0.0"))),
  TV(
      new Software("Tizen", "Samsung Internet", tv("SMART-TV; LINUX; Tizen 8.0")),
      new Software("Roku", "Roku", "Roku/DVP-14.1 (14.1.4.7708)"));

  @SuppressWarnings("ImmutableEnumChecker") // the list and what it holds never change
  private final List<Software> software;

  Device(Software... software) {
    this.software = List.of(software);
  }

  /** The software of someone's device, chosen by a hash. */
  Software software(long hash) {
    return software.get(Seeds.below(hash, software.size()));
  }

  /** The name used in the files. */
  String key() {
    return switch (this) {
      case PHONE -> "phone";
      case LAPTOP -> "laptop";
      case TABLET -> "tablet";
      case TV -> "tv";
    };
  }

  /**
   * Operating system, browser and user agent.
   *
   * @param json the first two, as the tail of an event's device
   * @param quotedAgent the agent as JSON
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  record Software(String os, String browser, String userAgent, byte[] json, byte[] quotedAgent) {
    Software(String os, String browser, String userAgent) {
      this(
          os,
          browser,
          userAgent,
          Text.utf8("\"os\":\"" + os + "\",\"browser\":\"" + browser + "\"}"),
          Text.utf8('"' + userAgent + '"'));
    }
  }

  private static String chrome(String platform, String version) {
    return "Mozilla/5.0 ("
        + platform
        + ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"
        + version
        + " Safari/537.36";
  }

  private static String safari(String platform, String version) {
    return "Mozilla/5.0 ("
        + platform
        + ") AppleWebKit/605.1.15 (KHTML, like Gecko) Version/"
        + version
        + " Safari/605.1.15";
  }

  private static String ios(String platform, String version) {
    return "Mozilla/5.0 ("
        + platform
        + ") AppleWebKit/605.1.15 (KHTML, like Gecko) Version/"
        + version
        + " Mobile/15E148 Safari/604.1";
  }

  private static String firefox(String platform) {
    return "Mozilla/5.0 (" + platform + "; rv:136.0) Gecko/20100101 Firefox/136.0";
  }

  private static String tv(String platform) {
    return "Mozilla/5.0 (" + platform + ") AppleWebKit/537.36 Version/8.0 TV Safari/537.36";
  }
}

package dev.headrace.decisions.adworld.internal;

/** The identifier by which a site knows a device. */
record Visitor(Kind kind, long id) {
  static final Visitor NONE = new Visitor(Kind.NONE, 0);
  static final Visitor ZERO = new Visitor(Kind.ZERO_AD_ID, 0);
  private static final byte[] ZEROS = Text.utf8("00000000-0000-0000-0000-000000000000");

  enum Kind {
    NONE,
    COOKIE,
    AD_ID,
    ZERO_AD_ID
  }

  /** Whether two events with this identifier can be told to belong together. */
  boolean isKnown() {
    return kind == Kind.COOKIE || kind == Kind.AD_ID;
  }

  /** Writes the identifier, or nothing when there is none. */
  void put(Text text, Population population) {
    switch (kind) {
      case NONE -> {}
      case COOKIE -> text.hex(id);
      case AD_ID -> population.putAdId(text, id);
      case ZERO_AD_ID -> text.put(ZEROS);
    }
  }

  /** Writes {@code "cookie_id":…,"ad_id":…}. */
  void putJson(Text text, Population population) {
    text.put(COOKIE_KEY);
    putValue(text, population, kind == Kind.COOKIE);
    text.put(AD_ID_KEY);
    putValue(text, population, kind == Kind.AD_ID || kind == Kind.ZERO_AD_ID);
  }

  private static final byte[] COOKIE_KEY = Text.utf8("\"cookie_id\":");
  private static final byte[] AD_ID_KEY = Text.utf8(",\"ad_id\":");
  private static final byte[] NULL = Text.utf8("null");

  private void putValue(Text text, Population population, boolean present) {
    if (present) {
      text.put('"');
      put(text, population);
      text.put('"');
    } else {
      text.put(NULL);
    }
  }
}

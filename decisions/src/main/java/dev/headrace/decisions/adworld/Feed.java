package dev.headrace.decisions.adworld;

/** The raw event feeds: one file per feed and UTC day. */
public enum Feed {
  IMPRESSIONS("impressions", "jsonl"),
  CLICKS("clicks", "jsonl.gz"),
  CONVERSIONS("conversions", "csv"),
  LOGINS("logins", "jsonl"),
  AUCTIONS("auctions", "parquet");

  private final String folder;
  private final String extension;

  Feed(String folder, String extension) {
    this.folder = folder;
    this.extension = extension;
  }

  /** The file of one day, relative to the world: {@code raw/clicks/2026-03-02.jsonl.gz}. */
  public String path(String day) {
    return "raw/" + folder + "/" + day + "." + extension;
  }
}

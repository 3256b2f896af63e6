package dev.headrace.spi.online;

/**
 * One build of a feature view: the rows that one definition of it gives. Several builds of a view
 * stand side by side; one of them answers.
 *
 * @param view name of the view
 * @param build what tells its builds apart: the fingerprint of the definition
 */
public record BuildId(String view, String build) {
  public BuildId {
    if (view.isEmpty() || build.isEmpty()) {
      throw new IllegalArgumentException("a build needs the name of its view and one of its own");
    }
  }

  /** {@code view@build}. */
  @Override
  public String toString() {
    return view + "@" + build;
  }
}

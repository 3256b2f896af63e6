package dev.headrace.data.lake;

/**
 * What a sweep removed; less than its plan where someone began to use a thing in between.
 *
 * @param versions dropped versions
 * @param snapshots expired snapshots
 * @param files deleted files of versions that stay
 */
public record SweepReport(int versions, int snapshots, int files) {}

package dev.headrace.data.lake;

/** A snapshot that someone may still read: a sweep keeps it and every file it needs. */
public record Pin(VersionId version, long snapshotId) {}

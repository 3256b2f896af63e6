package dev.headrace.cli.command;

import picocli.CommandLine.Command;

/** {@code headrace features audit}: {@code audit skew}, where those who work on features look. */
@Command(
    name = "audit",
    description = "compute served features again, as of their moment, and tell what differs")
final class FeaturesAuditCommand extends AuditSkewCommand {}

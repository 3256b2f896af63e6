package dev.headrace.cli.command;

import dev.headrace.cli.command.Doctor.Finding;
import dev.headrace.cli.command.Doctor.Verdict;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Look;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code headrace doctor}: says whether this machine can run Headrace. */
@Command(
    name = "doctor",
    description = "check this machine: Java, memory, disk, native libraries",
    footer = {"", "Exit code 0 when everything works, 8 when something does not."})
final class DoctorCommand implements Action {

  private record Report(boolean healthy, String version, List<Finding> findings) {}

  @Override
  public int run(Invocation call) {
    List<Finding> findings = new Doctor(call).examine();
    boolean healthy = findings.stream().noneMatch(finding -> finding.verdict() == Verdict.FAIL);
    if (call.console().json()) {
      JsonOut.print(call.console(), new Report(healthy, Version.current(), findings));
    } else {
      print(findings, call.console().outLook(), call.console().out());
    }
    return healthy ? 0 : 8;
  }

  private static void print(List<Finding> findings, Look look, PrintWriter out) {
    for (Finding finding : findings) {
      String mark =
          switch (finding.verdict()) {
            case OK -> look.paint(Look.Paint.GOOD, look.draw("✓", "ok  "));
            case WARN -> look.paint(Look.Paint.WARNING, look.draw("!", "warn"));
            case FAIL -> look.paint(Look.Paint.BAD, look.draw("✗", "FAIL"));
          };
      out.write("%s %-12s %s%n".formatted(mark, finding.name(), finding.text()));
      if (!finding.hint().isEmpty()) {
        out.write("  %s%s%n".formatted(look.draw("", "   "), finding.hint()));
      }
    }
  }
}

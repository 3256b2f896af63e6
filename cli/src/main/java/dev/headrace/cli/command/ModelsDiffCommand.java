package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.core.plan.Published;
import dev.headrace.ml.registry.Models;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace models diff}: how two versions differ. */
@Command(
    name = "diff",
    description = "how two versions differ: declaration, inputs, files, metrics")
final class ModelsDiffCommand implements Action {
  @Parameters(index = "0", paramLabel = "A", description = "a version")
  private String left = "";

  @Parameters(index = "1", paramLabel = "B", description = "another")
  private String right = "";

  private record DiffJson(String left, String right, List<Models.Difference> differences) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Published published = headrace.published(call.global().environment());
      Models models = headrace.models();
      List<Models.Difference> found =
          Models.diff(models.find(left, published), models.find(right, published));
      if (call.console().json()) {
        JsonOut.print(call.console(), new DiffJson(left, right, found));
      } else if (found.isEmpty()) {
        call.console().out().write("They are the same.\n");
      } else {
        Schema columns =
            new Schema(
                List.of(
                    Field.unassigned("what", Type.Primitive.STRING),
                    Field.unassigned(left, Type.Primitive.STRING),
                    Field.unassigned(
                        right.equals(left) ? right + " " : right, Type.Primitive.STRING)));
        new TextTable(call.console().outLook(), 60)
            .write(
                columns,
                found.stream()
                    .map(
                        one -> Arrays.<@Nullable Object>asList(one.what(), one.left(), one.right()))
                    .toList(),
                call.console().out());
      }
      return 0;
    }
  }
}

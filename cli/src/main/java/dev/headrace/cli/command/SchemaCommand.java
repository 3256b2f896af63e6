package dev.headrace.cli.command;

import dev.headrace.cli.compose.Kinds;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.spec.JsonSchemas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace schema}: the JSON Schemas that let editors complete and check declarations. */
@Command(
    name = "schema",
    description = "write the JSON Schemas of all declarations",
    footer = {
      "",
      "An editor with YAML support takes them up from a first line such as",
      "  # yaml-language-server: $schema=../schemas/source.json"
    })
final class SchemaCommand implements Action {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "where to write them (default: schemas)")
  private @Nullable Path directory;

  @Override
  public int run(Invocation call) throws IOException {
    Path target = call.resolve(directory == null ? Path.of("schemas") : directory);
    Files.createDirectories(target);
    for (Kind<?> kind : Kinds.all()) {
      write(call, target.resolve(kind.name() + ".json"), JsonSchemas.of(kind));
    }
    write(call, target.resolve("headrace.json"), JsonSchemas.ofConfig(Kinds.SECTIONS));
    return 0;
  }

  private static void write(Invocation call, Path file, String schema) throws IOException {
    Files.writeString(file, schema, StandardCharsets.UTF_8);
    call.console().out().write(file + "\n");
  }
}

package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.core.project.Names;
import dev.headrace.core.run.RunReport;
import dev.headrace.data.sql.ModelStatement;
import dev.headrace.data.sql.SqlErrorCode;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.registry.Models;
import dev.headrace.ml.sql.DeclarationFile;
import dev.headrace.ml.sql.ModelDeclaration;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code create model} in {@code headrace sql}: declares a model as its file would and trains it.
 * Where no version comes of it, the project says again what it said before.
 */
final class CreateModel {
  private final Invocation call;
  private final ModelStatement statement;
  private final Location origin;

  CreateModel(Invocation call, ModelStatement statement, Location origin) {
    this.call = call;
    this.statement = statement;
    this.origin = origin;
  }

  int run() {
    ModelDeclaration declaration = ModelDeclaration.of(statement, origin);
    Optional<DeclarationFile> file;
    try (Headrace headrace = call.open()) {
      file = DeclarationFile.of(statement, origin, headrace.directory(), headrace.graph());
      if (file.isPresent()) {
        requireLearnable(headrace, declaration);
      }
    }
    if (file.isEmpty()) {
      call.console().say("Model '%s' is there already.".formatted(statement.name()));
      return 0;
    }
    // Heard by the run, once there is one; until then it must not end the process.
    try (Interrupts.Registration _ = call.interrupts().onInterrupt(() -> {})) {
      return train(file.get(), declaration);
    }
  }

  private int train(DeclarationFile file, ModelDeclaration declaration) {
    boolean registered = false;
    file.write(declaration.yaml());
    try (Headrace headrace = call.open()) {
      RunReport report = TrainCommand.train(call, headrace, statement.name());
      registered =
          TrainCommand.registered(headrace, statement.name(), report).findAny().isPresent();
      return RunCommand.exitCode(call, report);
    } finally {
      if (!registered) {
        file.undo();
      }
    }
  }

  /** What can be said before anything is written: the query runs, and gives the label. */
  private void requireLearnable(Headrace headrace, ModelDeclaration declaration) {
    String environment = call.global().environment();
    Query query =
        headrace.userQuery(statement.select(), () -> headrace.publishedOrNew(environment));
    Schema rows = headrace.engine().describe(query);
    if (declaration.spec().label() == null) { // What finds needs none.
      Models.requireColumns(statement.name(), declaration.spec(), rows);
      return;
    }
    Field label =
        rows.field(declaration.spec().predicts())
            .orElseThrow(
                () ->
                    wrong(
                        "the query gives no label '%s'".formatted(declaration.spec().predicts()),
                        rows.field("label").isEmpty()
                                && declaration.spec().predicts().equals("label")
                            ? "Name it: options(input_label_cols = ['COLUMN'])."
                            : Names.suggest(declaration.spec().predicts(), rows.names())));
    Models.requireColumns(statement.name(), declaration.spec(), rows);
    if (declaration.classes().isPresent()) {
      requireTask(headrace, declaration, query, label);
    }
  }

  /** Learners of both go by the label: two different values are classes, more numbers are not. */
  private void requireTask(
      Headrace headrace, ModelDeclaration declaration, Query query, Field label) {
    boolean classes = declaration.classes().orElseThrow();
    String column = SqlQuotes.identifier(label.name());
    if (!isNumber(label.type())) {
      if (!classes) {
        throw wrong(
            "a regressor predicts a number, and label '%s' is %s"
                .formatted(label.name(), label.type()),
            "Ask for a classifier.");
      }
      return;
    }
    Query distinct =
        Query.of(
            "select count(distinct %s) from rows_to_learn".formatted(column),
            Map.of("rows_to_learn", new Relation.View(query)));
    long values;
    try (Rows counted = headrace.engine().execute(distinct, Watch.none())) {
      List<@Nullable Object> row = counted.next();
      values = row != null && row.getFirst() instanceof Number number ? number.longValue() : 0;
    }
    boolean either = declaration.spec().learn() instanceof LearnSpec.Regresses;
    if (classes && values > 2 && either) {
      throw wrong(
          "label '%s' has %d different numbers, and a learner of both would take it for a quantity"
              .formatted(label.name(), values),
          "Give classes as texts: cast(%s as varchar) as %s.".formatted(column, column));
    }
    if (!classes && values == 2) {
      throw wrong(
          "label '%s' has two different numbers, which are learnt as classes"
              .formatted(label.name()),
          "Ask for a classifier, or for linear_reg.");
    }
  }

  private static boolean isNumber(Type type) {
    return switch (type) {
      case Type.Decimal _ -> true;
      case Type.Primitive one ->
          switch (one) {
            case INT, LONG, FLOAT, DOUBLE -> true;
            case BOOLEAN, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, STRING, UUID, BINARY -> false;
          };
      case Type.Struct _, Type.ListOf _, Type.MapOf _ -> false;
    };
  }

  private HeadraceException wrong(String reason, String hint) {
    return new HeadraceException(
        SqlErrorCode.SQL_CREATE_MODEL,
        "Cannot create model '%s': %s.".formatted(statement.name(), reason),
        hint,
        statement.place().in(origin),
        null);
  }
}

package dev.headrace.spark.driver;

import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Concat;
import org.apache.spark.sql.catalyst.expressions.CreateArray;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.GetJsonObject;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.MicrosToTimestamp;
import org.apache.spark.sql.catalyst.expressions.RLike;
import org.apache.spark.sql.catalyst.expressions.TruncTimestamp;
import org.apache.spark.sql.catalyst.expressions.UnixMicros;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.TimestampNTZType;
import scala.Option;
import scala.Tuple3;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Functions that DuckDB has and Spark lacks, under DuckDB's names: SQL that uses them runs on both.
 * What each means is pinned by the conformance suite.
 */
final class PortableFunctions {
  private PortableFunctions() {}

  static void register(SparkSessionExtensions extensions) {
    register(extensions, "date_trunc", 2, args -> truncated(args.get(0), args.get(1)));
    register(extensions, "epoch_us", 1, args -> micros(args.get(0)));
    register(
        extensions, "json_extract_string", 2, args -> new GetJsonObject(args.get(0), args.get(1)));
    register(
        extensions,
        "list_value",
        -1,
        args -> new CreateArray(CollectionConverters.asScala(args).toSeq()));
    register(extensions, "make_timestamptz", 1, args -> new MicrosToTimestamp(args.get(0)));
    register(extensions, "regexp_matches", 2, args -> new RLike(args.get(0), args.get(1)));
    register(extensions, "regexp_full_match", -1, PortableFunctions::fullMatch);
  }

  /**
   * Spark's own makes an instant of a date and time without zone; here the zone stays away, as in
   * DuckDB.
   */
  private static Expression truncated(Expression unit, Expression time) {
    DataType type = time.dataType();
    if (!(type instanceof TimestampNTZType || type instanceof DateType)) {
      return new TruncTimestamp(unit, time);
    }
    Expression instant =
        new Cast(time, DataTypes.TimestampType, Option.apply("UTC"), EvalMode.ANSI());
    return new Cast(
        new TruncTimestamp(unit, instant, Option.apply("UTC")),
        DataTypes.TimestampNTZType,
        Option.apply("UTC"),
        EvalMode.ANSI());
  }

  /** Date and time without zone count as if they were in UTC. */
  private static Expression micros(Expression time) {
    return new UnixMicros(
        new Cast(time, DataTypes.TimestampType, Option.apply("UTC"), EvalMode.ANSI()));
  }

  /** The whole text, line ends included; a third argument holds the pattern's options. */
  private static Expression fullMatch(List<Expression> args) {
    Expression options = args.size() > 2 ? args.get(2) : text("");
    Expression head =
        args.size() > 2 ? concat(List.of(text("(?"), options, text(")\\A(?:"))) : text("\\A(?:");
    return new RLike(args.get(0), concat(List.of(head, args.get(1), text(")\\z"))));
  }

  private static Expression text(String text) {
    return Literal.create(text, DataTypes.StringType);
  }

  private static Expression concat(List<Expression> parts) {
    return new Concat(CollectionConverters.asScala(parts).toSeq());
  }

  private static void register(
      SparkSessionExtensions extensions,
      String name,
      int arguments,
      Function<List<Expression>, Expression> function) {
    extensions.injectFunction(
        new Tuple3<>(
            FunctionIdentifier.apply(name),
            new ExpressionInfo(PortableFunctions.class.getName(), name),
            args -> {
              List<Expression> given = CollectionConverters.asJava(args);
              if (arguments >= 0 && given.size() != arguments) {
                throw new Refusal(
                    dev.headrace.spark.wire.Failure.Reason.BINDING,
                    "the function '"
                        + name
                        + "' takes "
                        + arguments
                        + " arguments, not "
                        + given.size(),
                    null);
              }
              return function.apply(given);
            }));
  }
}

package dev.headrace.openfeature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.headrace.core.project.ConfigSection;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Project;
import dev.headrace.core.project.ProjectLoader;
import dev.headrace.decisions.assignment.Evaluation;
import dev.headrace.decisions.assignment.FlagKind;
import dev.headrace.decisions.assignment.FlagSet;
import dev.headrace.decisions.assignment.Flags;
import dev.headrace.decisions.assignment.FlagsSpec;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.ImmutableMetadata;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Evaluates the flags of a Headrace project inside a Java program. The same flags, unit and instant
 * give what {@code headrace serve} gives. Thread-safe.
 *
 * <p>A program that reads a copy of the files sees no stops and logs no exposures unless it is
 * given {@link Flags} that do.
 */
public final class HeadraceProvider implements FeatureProvider {
  private static final ConfigSection<FlagsSpec> SECTION =
      ConfigSection.of("flags", FlagsSpec.class);

  private final Flags flags;

  /** Evaluates {@code flags}, which may change and may log. */
  public HeadraceProvider(Flags flags) {
    this.flags = flags;
  }

  /**
   * Reads the flags of a project once.
   *
   * @param variables what {@code ${env:NAME}} in the files refers to
   * @param project the directory of {@code headrace.yaml}, which may hold nothing but {@code name},
   *     {@code timezone} and {@code flags}
   * @throws dev.headrace.spi.error.HeadraceException with every problem of every file
   */
  public static HeadraceProvider of(
      Path project, Map<String, String> variables, InstantSource clock) {
    Project loaded =
        new ProjectLoader(List.of(new FlagKind()), List.of(SECTION))
            .load(project, new Environment(variables));
    Flags.State state =
        new Flags.State(FlagSet.of(loaded, loaded.config().find(SECTION).orElseThrow()), Set.of());
    return new HeadraceProvider(new Flags(() -> state, clock, Optional.empty()));
  }

  @Override
  public Metadata getMetadata() {
    return () -> "headrace";
  }

  @Override
  public ProviderEvaluation<Boolean> getBooleanEvaluation(
      String key, Boolean fallback, EvaluationContext context) {
    return evaluate(
        key,
        fallback,
        context,
        value -> value.isBoolean() ? Optional.of(value.booleanValue()) : Optional.empty());
  }

  @Override
  public ProviderEvaluation<String> getStringEvaluation(
      String key, String fallback, EvaluationContext context) {
    return evaluate(key, fallback, context, value -> Optional.ofNullable(value.textValue()));
  }

  @Override
  public ProviderEvaluation<Integer> getIntegerEvaluation(
      String key, Integer fallback, EvaluationContext context) {
    return evaluate(
        key,
        fallback,
        context,
        value ->
            value.isNumber() && value.doubleValue() == value.intValue()
                ? Optional.of(value.intValue())
                : Optional.empty());
  }

  @Override
  public ProviderEvaluation<Double> getDoubleEvaluation(
      String key, Double fallback, EvaluationContext context) {
    return evaluate(
        key,
        fallback,
        context,
        value -> value.isNumber() ? Optional.of(value.doubleValue()) : Optional.empty());
  }

  @Override
  public ProviderEvaluation<Value> getObjectEvaluation(
      String key, Value fallback, EvaluationContext context) {
    return evaluate(key, fallback, context, value -> Optional.of(Values.of(value)));
  }

  private <T> ProviderEvaluation<T> evaluate(
      String key, T fallback, EvaluationContext context, Function<JsonNode, Optional<T>> reader) {
    return switch (flags.evaluate(key, Values.attributes(context))) {
      case Evaluation.Failure failure ->
          failed(fallback, ErrorCode.valueOf(failure.code().name()), failure.details());
      case Evaluation.Value value -> {
        JsonNode json = value.value().orElse(MissingNode.getInstance());
        Optional<T> read = json.isMissingNode() ? Optional.of(fallback) : reader.apply(json);
        yield read.map(found -> found(value, found))
            .orElseGet(
                () ->
                    failed(
                        fallback,
                        ErrorCode.TYPE_MISMATCH,
                        "The value of flag '%s' is of type %s."
                            .formatted(key, json.getNodeType().name().toLowerCase(Locale.ROOT))));
      }
    };
  }

  private static <T> ProviderEvaluation<T> found(Evaluation.Value value, T found) {
    ImmutableMetadata.ImmutableMetadataBuilder metadata = ImmutableMetadata.builder();
    value.metadata().forEach(metadata::addString);
    ProviderEvaluation<T> evaluation = new ProviderEvaluation<>();
    evaluation.setValue(found);
    value.variant().ifPresent(evaluation::setVariant);
    evaluation.setReason(value.reason().name());
    evaluation.setFlagMetadata(metadata.build());
    return evaluation;
  }

  private static <T> ProviderEvaluation<T> failed(T fallback, ErrorCode code, String details) {
    ProviderEvaluation<T> evaluation = new ProviderEvaluation<>();
    evaluation.setValue(fallback);
    evaluation.setReason("ERROR");
    evaluation.setErrorCode(code);
    evaluation.setErrorMessage(details);
    return evaluation;
  }
}

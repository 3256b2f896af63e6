package dev.headrace.decisions.assignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.headrace.decisions.assignment.Evaluation.Code;
import dev.headrace.decisions.assignment.Evaluation.Failure;
import dev.headrace.decisions.assignment.Evaluation.Reason;
import dev.headrace.decisions.assignment.Evaluation.Value;
import dev.headrace.spi.error.HeadraceException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FlagSetTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

  private static final String BUTTON =
      """
      key: checkout-button
      variants: {blue: "#00f", green: "#0f0"}
      default: blue
      rules:
        - when: {email: {$regex: "@example\\\\.com$"}}
          serve: green
        - experiment: button_colour
          split: {blue: 50%, green: 50%}
          assign:
            when: {country: {$in: [DE, AT]}}
            overrides: {tester: green}
      """;

  private static Value value(FlagSet flags, String key, JsonNode unit, String... stopped) {
    return (Value) flags.evaluate(key, unit, Set.of(stopped), NOW);
  }

  @Test
  void evaluate_rulesInOrder_withTheirReasons() {
    FlagSet flags = Declared.set("button", BUTTON);
    assertThat(flags.keys()).containsExactly("checkout-button");
    Value staff = value(flags, "checkout-button", Declared.unit("u").put("email", "a@example.com"));
    assertThat(staff.variant()).hasValue("green");
    assertThat(staff.value().orElseThrow().textValue()).isEqualTo("#0f0");
    assertThat(staff.reason()).isEqualTo(Reason.TARGETING_MATCH);
    assertThat(staff.exposure()).isEmpty();

    Value elsewhere = value(flags, "checkout-button", Declared.unit("u").put("country", "FR"));
    assertThat(elsewhere.variant()).hasValue("blue");
    assertThat(elsewhere.reason()).isEqualTo(Reason.DEFAULT);
    assertThat(elsewhere.exposure()).isEmpty();

    Value drawn = value(flags, "checkout-button", Declared.unit("u").put("country", "DE"));
    assertThat(drawn.reason()).isEqualTo(Reason.SPLIT);
    assertThat(drawn.metadata()).containsEntry("experiment", "button_colour");
    assertThat(drawn.exposure().orElseThrow().variant()).isEqualTo(drawn.variant().orElseThrow());
  }

  @Test
  void evaluate_override_isServedAndNotLogged() {
    Value fixed = value(Declared.set("button", BUTTON), "checkout-button", Declared.unit("tester"));
    assertThat(fixed.variant()).hasValue("green");
    assertThat(fixed.exposure()).isEmpty();
  }

  @Test
  void evaluate_stopped_takesTheExperimentAwayAndNothingElse() {
    FlagSet flags = Declared.set("button", BUTTON);
    JsonNode unit = Declared.unit("tester").put("country", "DE");
    assertThat(value(flags, "checkout-button", unit, "button_colour").reason())
        .isEqualTo(Reason.DEFAULT);
    Value off = value(flags, "checkout-button", unit, "checkout-button");
    assertThat(off.reason()).isEqualTo(Reason.DISABLED);
    assertThat(off.value()).isEmpty();
    assertThat(value(flags, "checkout-button", unit, "another").variant()).hasValue("green");
  }

  @Test
  void evaluate_everyType() {
    assertThat(
            value(
                    Declared.set("f", "variants: {on: true, off: false}\ndefault: on"),
                    "f",
                    Declared.unit("u"))
                .value())
        .hasValueSatisfying(v -> assertThat(v.booleanValue()).isTrue());
    assertThat(
            value(Declared.set("f", "variants: {a: 1.5}\ndefault: a"), "f", Declared.unit("u"))
                .value())
        .hasValueSatisfying(v -> assertThat(v.doubleValue()).isEqualTo(1.5));
    Value object =
        value(
            Declared.set("f", "variants: {a: {x: [1, {y: z}]}}\ndefault: a"),
            "f",
            Declared.unit("u"));
    assertThat(object.value().orElseThrow().at("/x/1/y").textValue()).isEqualTo("z");
    assertThat(object.reason()).isEqualTo(Reason.STATIC);
    assertThat(value(Declared.set("f", "variants: {a: 1}"), "f", Declared.unit("u")).value())
        .isEmpty();
  }

  @Test
  void evaluate_withoutAUnit_failsOnlyWhereOneIsNeeded() {
    JsonNode nobody = JsonNodeFactory.instance.objectNode().put("country", "DE");
    FlagSet flags = Declared.set("button", BUTTON);
    assertThat(flags.evaluate("checkout-button", nobody, Set.of(), NOW))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.code()).isEqualTo(Code.TARGETING_KEY_MISSING));
    assertThat(
            flags.evaluate(
                "checkout-button",
                JsonNodeFactory.instance.objectNode().put("targetingKey", 7).put("country", "DE"),
                Set.of(),
                NOW))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.code()).isEqualTo(Code.INVALID_CONTEXT));
    FlagSet fixed = Declared.set("f", "variants: {on: true}\ndefault: on");
    assertThat(value(fixed, "f", nobody).reason()).isEqualTo(Reason.STATIC);
  }

  @Test
  void evaluate_byAnotherUnit_takesTextsAndWholeNumbers() {
    FlagSet flags =
        Declared.set(
            "f",
            """
            variants: {a: 1, b: 2}
            default: a
            rules: [{experiment: e, split: {b: 100%}, assign: {unit: company}}]
            """);
    var nobody = JsonNodeFactory.instance.objectNode();
    assertThat(value(flags, "f", nobody.deepCopy().put("company", 17)).exposure().orElseThrow())
        .extracting(Exposure::unit)
        .isEqualTo("17");
    assertThat(value(flags, "f", nobody.deepCopy().put("company", "17")).variant()).hasValue("b");
    assertThat(value(flags, "f", nobody.deepCopy().put("company", 1.5)).variant()).hasValue("a");
    assertThat(value(flags, "f", nobody).variant()).hasValue("a");
  }

  @Test
  void evaluate_unknownFlag_suggestsTheNearest() {
    assertThat(
            Declared.set("button", BUTTON)
                .evaluate("checkout-buton", Declared.unit("u"), Set.of(), NOW))
        .isEqualTo(
            new Failure(
                "checkout-buton",
                Code.FLAG_NOT_FOUND,
                "There is no flag 'checkout-buton'. Did you mean 'checkout-button'?"));
  }

  @Test
  void of_whatDoesNotFitTogether_isToldAtOnce() {
    String flag =
        """
        variants: {a: 1, b: 2}
        rules:
          - experiment: e
            split: {a: 50%%, b: 50%%}
            assign: {layer: %s, slots: %s}
        """;
    assertThatThrownBy(
            () ->
                FlagSet.of(
                    Map.of(
                        "one", Declared.flag(flag.formatted("checkout", "0%-50%")),
                        "two", Declared.flag(flag.formatted("checkout", "49.9999%-60%")),
                        "three", Declared.flag("key: one\nvariants: {a: 1}"),
                        "four", Declared.flag(flag.formatted("chekout", "0%-1%"))),
                    Declared.all("{layers: {checkout: {}}}"),
                    ZoneOffset.UTC))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(AssignmentError.ASSIGNMENT_INVALID);
              assertThat(e.problems()).hasSize(5);
            })
        .hasMessageContaining("slots 49.9999%-60% of layer 'checkout' overlap 0%-50%")
        .hasMessageContaining("There is no layer 'chekout'")
        .hasMessageContaining("The key 'one' is taken by")
        .hasMessageContaining("The experiment 'e' is taken by");
  }

  @Test
  void ramp_daysBeginInTheProjectsTimeZone() {
    FlagSet flags =
        FlagSet.of(
            Map.of(
                "f",
                Declared.flag(
                    """
                    variants: {a: 1, b: 2}
                    default: a
                    rules:
                      - experiment: e
                        split: {b: 100%}
                        assign: {ramp: [{from: 2026-03-10, share: 100%}]}
                    """)),
            FlagsSpec.defaults(),
            ZoneId.of("Asia/Kathmandu")); // Five hours and three quarters ahead.
    Instant before = Instant.parse("2026-03-09T18:14:59Z");
    assertThat(((Value) flags.evaluate("f", Declared.unit("u"), Set.of(), before)).variant())
        .hasValue("a");
    assertThat(
            ((Value) flags.evaluate("f", Declared.unit("u"), Set.of(), before.plusSeconds(1)))
                .variant())
        .hasValue("b");
  }

  @Test
  void explain_endsWithTheStepThatDecided_asEvaluateDoes() {
    FlagSet flags =
        FlagSet.of(
            Map.of(
                "f",
                Declared.flag(
                    """
                    variants: {a: 1, b: 2}
                    rules:
                      - experiment: e
                        split: {a: 30%, b: 70%}
                        assign:
                          when: {country: DE}
                          layer: l
                          slots: 10%-80%
                          ramp: {share: 60%}
                          overrides: {fixed: a}
                    """)),
            Declared.all("{holdout: 10%, layers: {l: {holdout: 10%}}}"),
            ZoneOffset.UTC);
    Set<String> reasons = new TreeSet<>();
    for (int i = 0; i < 500; i++) {
      JsonNode unit = Declared.unit("u" + i).put("country", i % 10 == 0 ? "FR" : "DE");
      Explanation why = flags.explain("e", "u" + i, unit, Set.of(), NOW);
      Value value = (Value) flags.evaluate("f", unit, Set.of(), NOW);
      assertThat(why.variant()).isEqualTo(value.variant());
      assertThat(why.steps().subList(0, why.steps().size() - 1)).allMatch(Explanation.Step::passed);
      assertThat(why.steps().getLast().passed()).isEqualTo(why.variant().isPresent());
      reasons.add(why.reason());
    }
    reasons.add(flags.explain("e", "fixed", Declared.unit("fixed"), Set.of(), NOW).reason());
    reasons.add(flags.explain("e", "u1", Declared.unit("u1"), Set.of("e"), NOW).reason());
    assertThat(reasons)
        .containsExactly(
            "ASSIGNED",
            "HOLDOUT",
            "LAYER",
            "LAYER_HOLDOUT",
            "OVERRIDE",
            "RAMP",
            "STOPPED",
            "TARGETING");
    assertThatThrownBy(() -> flags.explain("ee", "u", Declared.unit("u"), Set.of(), NOW))
        .hasMessageContaining("no flag has one of that name");
    assertThatThrownBy(() -> flags.explain("e", "", Declared.unit(""), Set.of(), NOW))
        .isInstanceOf(HeadraceException.class);
  }

  @Test
  void hostileConditions_takeLinearTime() {
    FlagSet flags =
        Declared.set(
            "f",
            """
            variants: {a: 1, b: 2}
            default: a
            rules: [{when: {x: {$regex: "^(a+)+$"}}, serve: b}]
            """);
    JsonNode bomb = Declared.unit("u").put("x", "a".repeat(200_000) + "!");
    long begin = System.nanoTime();
    assertThat(value(flags, "f", bomb).variant()).hasValue("a");
    assertThat(System.nanoTime() - begin).isLessThan(5_000_000_000L);
  }
}

package dev.headrace.ml.sql;

import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.spec.SpecBinder;
import dev.headrace.core.project.spec.Yaml;
import dev.headrace.data.sql.ModelStatement;
import dev.headrace.data.sql.ModelStatement.Option;
import dev.headrace.data.sql.Position;
import dev.headrace.data.sql.SqlErrorCode;
import dev.headrace.ml.learn.transform.RowExpression;
import dev.headrace.ml.registry.ModelSpec;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code create model} declares, as the file {@code models/NAME.yaml} would say it.
 *
 * @param yaml the text of the file
 * @param classes whether it was asked for to tell classes apart, or for numbers; empty where the
 *     label decides
 */
public record ModelDeclaration(
    String name, ModelSpec spec, String yaml, Optional<Boolean> classes) {
  private static final String FEATURES = "features";
  private static final String CLASS_WEIGHTS = "class_weights";
  private static final String WEIGHTS =
      "Write class_weights = [struct('yes', 5), struct('no', 1)].";

  /**
   * Reads the options.
   *
   * @param origin where the statement's first character is
   * @throws HeadraceException SQL_CREATE_MODEL, with the place
   */
  public static ModelDeclaration of(ModelStatement statement, Location origin) {
    return new Reading(statement, origin).declaration();
  }

  /** One statement being read. */
  private static final class Reading {
    private final ModelStatement statement;
    private final Location origin;
    private final Map<String, Option> left = new LinkedHashMap<>();
    private final Map<String, Object> declared = new LinkedHashMap<>();
    private final Map<String, Object> settings = new LinkedHashMap<>();

    Reading(ModelStatement statement, Location origin) {
      this.statement = statement;
      this.origin = origin;
      for (Option option : statement.options()) {
        if (left.put(option.name(), option) != null) {
          throw wrong(option, "it is given twice", "Give it once.");
        }
      }
    }

    ModelDeclaration declaration() {
      LearnerOptions learner = learner();
      if (!learner.finds() || left.containsKey("input_label_cols")) {
        declared.put("label", label());
      }
      declared.put("from", "");
      transform();
      declared.put("learn", "");
      penalties(learner);
      split();
      for (Option option : List.copyOf(left.values())) {
        String setting = learner.options().get(option.name());
        String own = ModelOptions.KEYS.get(option.name());
        if (setting != null && option.value() instanceof ModelStatement.Call call) {
          put("tune.search." + setting, range(option, call, setting, learner));
        } else if (setting != null) {
          settings.put(
              setting, learner.shares().contains(setting) ? share(option) : setting(option));
        } else if (option.name().equals(CLASS_WEIGHTS)
            && learner.options().containsValue("balance")) {
          settings.put("balance", Map.of("weights", weights(option)));
        } else if (own != null && own.equals(FEATURES)) {
          List<Object> named = new ArrayList<>(list(option));
          if (declared.get(FEATURES) instanceof List<?> columns) {
            named.addAll(columns);
          }
          put(own, named);
        } else if (own != null) {
          put(own, LISTS.contains(own) ? list(option) : plain(option.value()));
        } else {
          throw unknown(option, learner);
        }
        left.remove(option.name());
      }
      declared.put("learn", learn(learner));
      String yaml = yaml();
      return new ModelDeclaration(statement.name(), bound(yaml), yaml, learner.classes());
    }

    /**
     * Columns as they are become 'features'; the label is named in passing, as BigQuery ML asks.
     */
    private void transform() {
      Object label = declared.get("label");
      List<Object> features = new ArrayList<>();
      Map<String, Object> computed = new LinkedHashMap<>();
      for (ModelStatement.Item item : statement.transform()) {
        boolean again = features.contains(item.name()) || computed.containsKey(item.name());
        if (again) {
          throw wrong(
              item.place(), "'transform' names '" + item.name() + "' twice", "Name it once.");
        }
        switch (item) {
          case ModelStatement.Column(String name, Position _) -> {
            if (!name.equals(label)) {
              features.add(name);
            }
          }
          case ModelStatement.Computed(String name, String expression, Position place) ->
              computed.put(name, expression(expression, place).replace("${", "$${"));
        }
      }
      if (statement.transform().isEmpty()) {
        return;
      }
      Option except = left.get("except");
      if (except != null) {
        throw wrong(except, "'transform' names all that is learnt from", "Leave it out.");
      }
      if (!features.isEmpty()) {
        declared.put(FEATURES, features);
      }
      if (!computed.isEmpty()) {
        declared.put("transform", computed);
      }
    }

    private String expression(String text, Position place) {
      try {
        return RowExpression.parse(text).text();
      } catch (IllegalArgumentException e) {
        throw wrong(
            place,
            "'%s' %s".formatted(text, e.getMessage()),
            "docs/models.md tells what can be computed of a row.");
      }
    }

    private Object learn(LearnerOptions learner) {
      if (settings.isEmpty()) {
        return learner.learner();
      }
      return Map.of(
          learner.learner(),
          learner.isOneSetting() ? settings.values().iterator().next() : settings);
    }

    private static final Set<String> LISTS =
        Set.of("key", "features", "except", "tags", "evaluate.metrics", "evaluate.slices");

    private LearnerOptions learner() {
      Map<String, LearnerOptions> known = LearnerOptions.all();
      Option type = left.remove("model_type");
      if (type == null) {
        throw wrong(
            statement.place(),
            "option 'model_type' is missing",
            "Name a learner: model_type = 'logistic_reg'.");
      }
      String word = text(type).toLowerCase(Locale.ROOT);
      boolean penalised = left.containsKey("l1_reg") || left.containsKey("l2_reg");
      LearnerOptions found = known.get(word);
      if (found == null) {
        throw wrong(
            type,
            "'" + text(type) + "' is not learnt here",
            Names.nearest(word, known.keySet())
                .map(near -> "Did you mean '" + near + "'?")
                .orElse("Known are " + String.join(", ", known.keySet()) + "."));
      }
      return word.equals("linear_reg") && penalised ? penalisedLinear(known) : found;
    }

    /** Least squares with a penalty is a learner of its own. */
    private LearnerOptions penalisedLinear(Map<String, LearnerOptions> known) {
      boolean sizes = positive("l1_reg");
      boolean squares = positive("l2_reg");
      String word =
          sizes && squares ? "elastic_net" : sizes ? "lasso" : squares ? "ridge" : "linear";
      return Objects.requireNonNull(known.get(word));
    }

    private boolean positive(String name) {
      Option option = left.get(name);
      return option != null && number(option).signum() > 0;
    }

    private void penalties(LearnerOptions learner) {
      if (!Set.of("linear", "ridge", "lasso", "elastic-net").contains(learner.learner())) {
        return;
      }
      BigDecimal sizes =
          Optional.ofNullable(left.remove("l1_reg")).map(this::number).orElse(BigDecimal.ZERO);
      BigDecimal squares =
          Optional.ofNullable(left.remove("l2_reg")).map(this::number).orElse(BigDecimal.ZERO);
      BigDecimal both = sizes.add(squares);
      if (both.signum() > 0) {
        settings.put("penalty", both);
        if (learner.learner().equals("elastic-net")) {
          settings.put("l1-share", percent(sizes.divide(both, MathContext.DECIMAL32)));
        }
      }
    }

    private String label() {
      Option label = left.remove("input_label_cols");
      if (label == null) {
        return "label"; // As BigQuery ML has it.
      }
      List<Object> columns = list(label);
      if (columns.size() != 1) {
        throw wrong(label, "a model predicts one column", "Name one: ['LABEL'].");
      }
      return String.valueOf(columns.getFirst());
    }

    private void split() {
      Option method = left.remove("data_split_method");
      Option fraction = left.remove("data_split_eval_fraction");
      Option column = left.remove("data_split_col");
      String word = method == null ? "auto_split" : text(method).toLowerCase(Locale.ROOT);
      switch (word) {
        case "auto_split", "random" -> {
          if (column != null) {
            throw wrong(column, "data_split_method says nothing of it", "Write 'seq' or 'custom'.");
          }
        }
        case "seq", "custom" -> {
          if (column == null) {
            throw wrong(
                statement.place(),
                "data_split_method '" + word + "' needs a column",
                "Add data_split_col = 'COLUMN'.");
          }
          put(word.equals("seq") ? "split.time" : "split.column", text(column));
        }
        default ->
            throw wrong(
                Objects.requireNonNull(method).place(),
                "data_split_method '" + word + "' is not known",
                word.equals("no_split")
                    ? "Rows test every version: folds = 5 lets each part of them test in turn."
                    : "Known are auto_split, random, seq and custom.");
      }
      if (fraction != null) {
        put("split.test", share(fraction));
      }
    }

    private Object setting(Option option) {
      if (option.name().equals("auto_class_weights")) {
        return truth(option) ? "balanced" : "none";
      }
      return plain(option.value());
    }

    /** {@code hparam_range(0.01, 0.3)} or {@code hparam_candidates([4, 6])}, as 'tune' says it. */
    private String range(
        Option option, ModelStatement.Call call, String setting, LearnerOptions learner) {
      if (!isNamed("num_trials")) {
        throw wrong(option, "settings are searched in trials", "Add num_trials = 20.");
      }
      int places = learner.shares().contains(setting) ? 2 : 0;
      if (call.name().equals("hparam_candidates")) {
        return candidates(option, call).stream()
            .map(number -> number.movePointRight(places).toPlainString())
            .collect(Collectors.joining(" or "));
      }
      if (!call.name().equals("hparam_range")
          || call.arguments().size() != 2
          || !(call.arguments().get(0) instanceof ModelStatement.Figure(BigDecimal from))
          || !(call.arguments().get(1) instanceof ModelStatement.Figure(BigDecimal to))) {
        throw wrong(
            option,
            "it is no range of two numbers",
            "Write hparam_range(LEAST, MOST), from which settings are drawn.");
      }
      return "%s to %s%s"
          .formatted(
              from.movePointRight(places).toPlainString(),
              to.movePointRight(places).toPlainString(),
              ModelOptions.SCALES.contains(setting) && from.signum() > 0 ? " log" : "");
    }

    /** At least two: a single one is a setting. */
    private List<BigDecimal> candidates(Option option, ModelStatement.Call call) {
      List<ModelStatement.Value> given =
          call.arguments().size() == 1
                  && call.arguments().getFirst()
                      instanceof ModelStatement.Several(List<ModelStatement.Value> several)
              ? several
              : List.of();
      List<BigDecimal> numbers =
          given.stream()
              .flatMap(
                  value ->
                      value instanceof ModelStatement.Figure(BigDecimal number)
                          ? Stream.of(number)
                          : Stream.empty())
              .toList();
      if (numbers.size() < 2 || numbers.size() < given.size()) {
        throw wrong(
            option, "it is no list of two numbers or more", "Write hparam_candidates([4, 6, 8]).");
      }
      return numbers;
    }

    private boolean isNamed(String option) {
      return statement.options().stream().anyMatch(one -> one.name().equals(option));
    }

    /** {@code [struct('yes', 5), struct('no', 1)]}, as 'balance' says it. */
    private Map<String, Object> weights(Option option) {
      if (isNamed("auto_class_weights")) {
        throw wrong(option, "'auto_class_weights' is given too", "Give one of them.");
      }
      Map<String, Object> weights = new LinkedHashMap<>();
      List<ModelStatement.Value> given =
          option.value() instanceof ModelStatement.Several(List<ModelStatement.Value> several)
              ? several
              : List.of();
      for (ModelStatement.Value one : given) {
        if (!(one instanceof ModelStatement.Call(String name, List<ModelStatement.Value> of)
            && name.equals("struct")
            && of.size() == 2
            && of.get(0) instanceof ModelStatement.Text(String label)
            && of.get(1) instanceof ModelStatement.Figure(BigDecimal weight)
            && weights.put(label, weight) == null)) {
          throw wrong(option, "it names no class and weight, or one twice", WEIGHTS);
        }
      }
      if (weights.isEmpty()) {
        throw wrong(option, "it is no list of classes and weights", WEIGHTS);
      }
      return weights;
    }

    private Object share(Option option) {
      return switch (option.value()) {
        case ModelStatement.Figure(BigDecimal number) -> percent(number);
        case ModelStatement.Text(String text) -> text;
        default -> throw wrong(option, "it is no share", "Write a fraction such as 0.2.");
      };
    }

    private static String percent(BigDecimal fraction) {
      return fraction.movePointRight(2).stripTrailingZeros().toPlainString() + "%";
    }

    private Object plain(ModelStatement.Value value) {
      return switch (value) {
        case ModelStatement.Text(String text) -> text;
        case ModelStatement.Figure(BigDecimal number) -> number;
        case ModelStatement.Truth(boolean holds) -> holds;
        case ModelStatement.Several(List<ModelStatement.Value> values) ->
            values.stream().map(this::plain).toList();
        case ModelStatement.Call(String name, List<ModelStatement.Value> _) ->
            throw wrong(
                statement.place(),
                "'" + name + "' is no value of this option",
                name.equals("struct")
                    ? "class_weights takes it."
                    : "Settings of the learner are searched; write a value.");
      };
    }

    /** One value is a list of it. */
    private List<Object> list(Option option) {
      return plain(option.value()) instanceof List<?> several
          ? List.copyOf(several)
          : List.of(plain(option.value()));
    }

    private String text(Option option) {
      if (option.value() instanceof ModelStatement.Text(String text)) {
        return text;
      }
      throw wrong(option, "its value is no text", "Write it in quotes.");
    }

    private BigDecimal number(Option option) {
      if (option.value() instanceof ModelStatement.Figure(BigDecimal number)) {
        return number;
      }
      throw wrong(option, "its value is no number", "Write a number such as 0.5.");
    }

    private boolean truth(Option option) {
      if (option.value() instanceof ModelStatement.Truth(boolean holds)) {
        return holds;
      }
      throw wrong(option, "its value is neither true nor false", "Write true or false.");
    }

    /** Sets a key below others: {@code split.test}. */
    private void put(String path, Object value) {
      Map<String, Object> at = declared;
      String[] keys = path.split("\\.");
      for (int i = 0; i < keys.length - 1; i++) {
        @SuppressWarnings("unchecked")
        Map<String, Object> below =
            (Map<String, Object>) at.computeIfAbsent(keys[i], _ -> new LinkedHashMap<>());
        at = below;
      }
      at.put(keys[keys.length - 1], value);
    }

    private String yaml() {
      StringBuilder yaml = new StringBuilder(DeclarationFile.MARK).append('\n');
      declared.forEach(
          (key, value) ->
              yaml.append(key)
                  .append(": ")
                  .append(
                      key.equals("from")
                          ? Yaml.block(statement.select().replace("${", "$${"))
                          : Yaml.flow(value) + "\n"));
      return yaml.toString();
    }

    private ModelSpec bound(String yaml) {
      Problems problems = new Problems();
      return new SpecBinder(Environment.empty(), Path.of(""))
          .bind(ModelSpec.class, Kind.FileForm.YAML, "options", yaml, problems)
          .map(SpecBinder.Bound::spec)
          .orElseThrow(
              () ->
                  wrong(
                      statement.place(),
                      problems.list().stream()
                          .map(problem -> problem.message())
                          .collect(Collectors.joining(" ")),
                      problems.list().getFirst().hint().isEmpty()
                          ? "docs/sql-ml.md tells which key of a declaration each option becomes."
                          : problems.list().getFirst().hint()));
    }

    private HeadraceException unknown(Option option, LearnerOptions learner) {
      String elsewhere = ModelOptions.ELSEWHERE.get(option.name());
      if (elsewhere != null) {
        return wrong(option, "it is not read here", elsewhere.replace("NAME", statement.name()));
      }
      Set<String> known = new TreeSet<>(ModelOptions.KEYS.keySet());
      known.addAll(learner.options().keySet());
      if (learner.options().containsValue("balance")) {
        known.add(CLASS_WEIGHTS);
      }
      known.addAll(
          List.of(
              "model_type",
              "input_label_cols",
              "data_split_method",
              "data_split_eval_fraction",
              "data_split_col"));
      List<String> names = new ArrayList<>(known);
      return wrong(
          option,
          "learner '" + learner.learner() + "' knows none",
          Names.suggest(option.name(), names));
    }

    private HeadraceException wrong(Option option, String reason, String hint) {
      return wrong(option.place(), "option '" + option.name() + "': " + reason, hint);
    }

    private HeadraceException wrong(Position place, String reason, String hint) {
      return new HeadraceException(
          SqlErrorCode.SQL_CREATE_MODEL,
          "Cannot create model '%s': %s%s"
              .formatted(statement.name(), reason, reason.endsWith(".") ? "" : "."),
          hint,
          place.in(origin),
          null);
    }
  }
}

package dev.headrace.decisions.experiments.page;

import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.report.ExperimentReport;
import dev.headrace.decisions.experiments.report.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.report.ExperimentReport.Level;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.report.ExperimentReport.Value;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The report as one self-contained page: to be mailed, printed, kept beside the decision. */
public final class ReportPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#1b1b1f;--dim:#5c5c66;--line:#d0d0d8;--paper:#fff;\
      --good:#0a6b3b;--bad:#a8200d;--warn:#8a5a00;--mark:#2456b8}
      @media(prefers-color-scheme:dark){:root{--ink:#ececf1;--dim:#a5a5b0;--line:#44444e;\
      --paper:#17171b;--good:#5fd39b;--bad:#ff8a75;--warn:#f0c05a;--mark:#8fb3ff}}
      body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);\
      max-width:72rem;margin:2rem auto;padding:0 1rem}
      h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
      .verdict{font-size:1.15rem;border-left:.4rem solid var(--mark);padding:.5rem 1rem}
      .verdict.ship{border-color:var(--good)}.verdict.do-not-ship,.verdict.invalid\
      {border-color:var(--bad)}.verdict.keep-running{border-color:var(--warn)}
      p{overflow-wrap:anywhere}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);\
      vertical-align:top}
      td.n,th.n{text-align:right;white-space:nowrap}
      td:last-child{min-width:5.5rem}.scroll{overflow-x:auto}.first>*{border-top:2px solid var(--line)}
      .better,.within-margin,.ok{color:var(--good)}.worse,.invalid{color:var(--bad)}
      .warn,.unknown{color:var(--warn)}
      svg{width:100%;max-width:50rem;height:auto;font:16px system-ui,sans-serif;margin:.5rem 0}
      svg text{fill:var(--ink)}.axis{stroke:var(--line);stroke-width:1}
      .whisker{stroke:var(--mark);stroke-width:2}circle{fill:var(--mark)}
      .better .whisker{stroke:var(--good)}.better circle{fill:var(--good)}
      .worse .whisker{stroke:var(--bad)}.worse circle{fill:var(--bad)}
      .band{fill:var(--mark);opacity:.18}.course{fill:none;stroke:var(--mark);stroke-width:2}
      figure{margin:1rem 0}figcaption,.dim{color:var(--dim)}
      pre{overflow:auto;border:1px solid var(--line);padding:.75rem;font-size:.8rem}
      @media(max-width:48rem){body{margin:1rem auto}svg{font-size:24px}
      .cards thead{display:none}.cards,.cards tbody{display:block}
      .cards tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}
      .cards td,.cards th{border:0!important;padding:0}.cards th:not([data-head]){display:block}
      .cards td{display:flex;justify-content:space-between;gap:1rem;white-space:normal}
      .cards td:empty{display:none}details{max-width:calc(100vw - 2rem)}
      .cards td::before{content:attr(data-head);color:var(--dim)}}
      @media print{body{margin:0;max-width:none}details>*{display:block}\
      pre{white-space:pre-wrap}h2,figure,tr{break-inside:avoid}}
      """;

  private final Markup page = new Markup();
  private final ExperimentReport report;

  private ReportPage(ExperimentReport report) {
    this.report = report;
  }

  /** The page, as UTF-8 text. */
  public static String of(ExperimentReport report) {
    return new ReportPage(report).write();
  }

  private String write() {
    page.raw("<!DOCTYPE html>\n");
    page.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml");
    page.open("head").empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.text("title", "Experiment " + report.experiment());
    page.open("style").raw(STYLE).close().close();
    page.open("body").open("main");
    page.text("h1", "Experiment " + report.experiment());
    String decision = word(report.verdict().decision().name());
    page.text("p", report.verdict().sentence(), "class", "verdict " + decision);
    page.text(
        "p",
        "%s, against %s. %s".formatted(report.method(), report.baseline(), report.intervals()),
        "class",
        "dim");
    effects();
    byThemselves();
    standings();
    drawings();
    course();
    splits();
    crossChecks();
    health();
    sources();
    return page.close().close().close().toString();
  }

  private static String word(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void effects() {
    page.text("h2", "Effects");
    page.open("div", "class", "scroll").open("table", "class", "cards").open("thead").open("tr");
    for (String head : List.of("Metric", "Role", "Variant")) {
      page.text("th", head, "scope", "col");
    }
    for (String head : List.of("Units", "Value", "Effect", "Interval", "p")) {
      page.text("th", head, "scope", "col", "class", "n");
    }
    page.text("th", "Outcome", "scope", "col").close().close().open("tbody");
    for (Metric metric : report.metrics()) {
      for (Value value : metric.values()) {
        row(metric, value);
      }
    }
    page.close().close().close();
  }

  private void row(Metric metric, Value value) {
    Optional<Effect> effect =
        metric.effects().stream().filter(e -> e.variant().equals(value.variant())).findFirst();
    page.open("tr", "class", effect.isEmpty() ? "first" : "next");
    page.text("th", metric.metric(), "scope", "row");
    page.text("td", word(metric.role().name()), "data-head", "Role");
    page.text("td", value.variant(), "data-head", "Variant");
    number("Units", String.valueOf(value.units()));
    number(
        "Value",
        value.value().map(v -> Numbers.plain(v, 6)).orElse("unknown")
            + metric.unit().map(unit -> "\u00a0" + unit).orElse(""));
    number(
        "Effect",
        effect.flatMap(Effect::estimate).map(e -> Numbers.effect(e, report.effect())).orElse(""));
    number(
        "Interval",
        effect
            .filter(e -> e.estimate().isPresent())
            .map(e -> Numbers.interval(e.shownLower(), e.shownUpper(), report.effect()))
            .orElse(""));
    boolean tested = effect.flatMap(Effect::pValue).isPresent();
    number(
        tested ? "p" : "Chance to be better",
        effect
            .flatMap(e -> e.adjustedP().or(e::pValue).or(e::probabilityBetter))
            .map(p -> tested ? Numbers.chance(p) : Numbers.plain(p, 3))
            .orElse(""));
    page.text(
        "td",
        effect
            .map(e -> e.reason().orElse(word(e.outcome().name()).replace('-', ' ')))
            .orElse("baseline"),
        "data-head",
        "Outcome",
        "class",
        effect.map(e -> word(e.outcome().name())).orElse("dim"));
    page.close();
  }

  /** Where intervals are corrected, what they would be if each effect were the only one. */
  private void byThemselves() {
    if (report.family().filter(family -> family.alphaEach() != report.alpha()).isEmpty()) {
      return;
    }
    page.open("details")
        .text(
            "summary",
            "Intervals of goals, each by itself of level %s\u00a0%%"
                .formatted(Numbers.plain(100 * (1 - report.alpha()), 4)));
    page.open("table", "class", "cards").open("thead").open("tr");
    page.text("th", "Metric", "scope", "col").text("th", "Variant", "scope", "col");
    page.text("th", "Interval", "scope", "col", "class", "n");
    page.text("th", "p, not corrected", "scope", "col", "class", "n");
    page.close().close().open("tbody");
    for (Metric metric : report.metrics()) {
      for (Effect effect : metric.effects()) {
        if (effect.adjustedInterval().isPresent()) {
          page.open("tr").text("th", metric.metric(), "scope", "row");
          page.text("td", effect.variant(), "data-head", "Variant");
          number("Interval", Numbers.interval(effect.lower(), effect.upper(), report.effect()));
          number("p, not corrected", p(effect.pValue()));
          page.close();
        }
      }
    }
    page.close().close().close();
  }

  /**
   * @param head what a narrow screen, which has no head of the table, shows before it
   */
  private void number(String head, String text) {
    page.text("td", text, "class", "n", "data-head", head);
  }

  private void drawings() {
    page.text("h2", "Effects with their intervals");
    if (report.effect() == Scale.RELATIVE) {
      page.open("figure");
      Forest.draw(page, report.metrics(), Scale.RELATIVE, "Relative effects with their intervals");
      page.close();
      return;
    }
    for (Metric metric : report.metrics()) {
      String title =
          "Effects on %s%s"
              .formatted(metric.metric(), metric.unit().map(unit -> ", in " + unit).orElse(""));
      page.open("figure").text("figcaption", title);
      Forest.draw(page, List.of(metric), Scale.ABSOLUTE, title);
      page.close();
    }
  }

  private void course() {
    if (report.course().stream().anyMatch(course -> course.points().size() >= 2)) {
      page.text("h2", "Over time");
      page.text(
          "p",
          "Each point tells all units exposed until that day, with all that they did since. Of a"
              + " test for one look, the band holds on one day only.",
          "class",
          "dim");
      report.course().forEach(course -> CourseChart.draw(page, course, report.effect()));
    }
  }

  private void standings() {
    if (report.metrics().stream().allMatch(metric -> metric.standings().isEmpty())) {
      return;
    }
    page.text("h2", "Which variant is best");
    page.text(
        "p",
        "By posteriors under the priors told. The expected loss is what choosing a variant costs on"
            + " average against the best one.",
        "class",
        "dim");
    page.open("div", "class", "scroll").open("table", "class", "cards").open("thead").open("tr");
    for (String head : List.of("Metric", "Variant", "Prior")) {
      page.text("th", head, "scope", "col");
    }
    for (String head : List.of("Credible interval", "Chance to be best", "Expected loss")) {
      page.text("th", head, "scope", "col", "class", "n");
    }
    page.close().close().open("tbody");
    for (Metric metric : report.metrics()) {
      for (ExperimentReport.Standing standing : metric.standings()) {
        String unit = metric.unit().map(u -> "\u00a0" + u).orElse("");
        page.open("tr").text("th", metric.metric(), "scope", "row");
        page.text("td", standing.variant(), "data-head", "Variant");
        page.text("td", standing.prior(), "data-head", "Prior");
        number(
            "Credible interval",
            Numbers.plain(standing.lower(), 5) + " to " + Numbers.plain(standing.upper(), 5));
        number("Chance to be best", Numbers.plain(standing.probabilityBest(), 3));
        number("Expected loss", Numbers.plain(standing.expectedLoss(), 3) + unit);
        page.close();
      }
    }
    page.close().close().close();
  }

  private void splits() {
    if (report.splits().isEmpty()) {
      return;
    }
    page.text("h2", "By dimension");
    page.text(
        "p",
        "The p of a split is that of \u201call levels have the same effect\u201d, corrected over"
            + " all splits; that of a level, of \u201cthis one is like the others\u201d.",
        "class",
        "dim");
    page.open("div", "class", "scroll").open("table", "class", "cards").open("thead").open("tr");
    for (String head : List.of("Metric", "Variant", "Level")) {
      page.text("th", head, "scope", "col");
    }
    for (String head : List.of("Units", "Effect", "Interval", "p")) {
      page.text("th", head, "scope", "col", "class", "n");
    }
    page.close().close().open("tbody");
    for (ExperimentReport.Split split : report.splits()) {
      page.open("tr", "class", "first").text("th", split.metric(), "scope", "row");
      page.text("td", split.variant(), "data-head", "Variant");
      page.text("td", "all levels of " + split.dimension(), "data-head", "Level");
      number("Units", "");
      number("Effect", split.reason().orElse(""));
      number("Interval", "");
      number("p", p(split.adjustedP()));
      page.close();
      split.levels().forEach(this::level);
    }
    page.close().close().close();
  }

  private void level(ExperimentReport.Slice slice) {
    page.open("tr").text("td", "").text("td", "").text("td", slice.level(), "data-head", "Level");
    number("Units", String.valueOf(slice.units()));
    number(
        "Effect",
        slice.estimate().map(e -> Numbers.effect(e, report.effect())).or(slice::reason).orElse(""));
    number(
        "Interval",
        slice.estimate().isEmpty()
            ? ""
            : Numbers.interval(slice.lower(), slice.upper(), report.effect()));
    number("p", p(slice.adjustedP()));
    page.close();
  }

  private void crossChecks() {
    if (report.crossChecks().isEmpty()) {
      return;
    }
    page.text("h2", "Cross-checks");
    page.text("p", "Further tests beside the effects. They decide nothing.", "class", "dim");
    page.open("div", "class", "scroll").open("table", "class", "cards").open("thead").open("tr");
    for (String head : List.of("Metric", "Variant", "Test")) {
      page.text("th", head, "scope", "col");
    }
    for (String head : List.of("Finding", "Interval", "p")) {
      page.text("th", head, "scope", "col", "class", "n");
    }
    page.close().close().open("tbody");
    for (ExperimentReport.CrossCheck check : report.crossChecks()) {
      page.open("tr").text("th", check.metric(), "scope", "row");
      page.text("td", check.variant().orElse("all"), "data-head", "Variant");
      page.text("td", word(check.test().name().replace('_', '-')), "data-head", "Test");
      number("Finding", check.statistic().map(f -> finding(check, f)).or(check::reason).orElse(""));
      number(
          "Interval",
          check.lower().isEmpty()
              ? ""
              : Numbers.interval(check.lower(), check.upper(), report.effect()));
      number("p", p(check.pValue()));
      page.close();
    }
    page.close().close().close();
  }

  private String finding(ExperimentReport.CrossCheck check, double figure) {
    return switch (check.test()) {
      case MANN_WHITNEY -> "more with a chance of " + Numbers.chance(figure);
      case KOLMOGOROV_SMIRNOV -> Numbers.chance(figure) + " apart";
      case PERMUTATION, BOOTSTRAP -> Numbers.effect(figure, report.effect());
      case FISHER -> "odds times " + Numbers.chance(figure);
      case CHI_SQUARED -> "chi-squared " + Numbers.chance(figure);
      case ANOVA, BROWN_FORSYTHE -> "F " + Numbers.chance(figure);
      case KRUSKAL_WALLIS -> "H " + Numbers.chance(figure);
    };
  }

  private static String p(Optional<Double> pValue) {
    return pValue.map(Numbers::chance).orElse("");
  }

  private void health() {
    page.text("h2", "Can it be trusted?");
    page.open("table", "class", "cards").open("thead").open("tr");
    for (String head : List.of("Check", "State", "Finding")) {
      page.text("th", head, "scope", "col");
    }
    page.close().close().open("tbody");
    report
        .health()
        .forEach(
            warning -> {
              page.open("tr").text("th", warning.check(), "scope", "row");
              page.text(
                  "td",
                  warning.level() == Level.OK ? "fine" : word(warning.level().name()),
                  "data-head",
                  "State",
                  "class",
                  word(warning.level().name()));
              page.text("td", warning.text()).close();
            });
    page.close().close();
  }

  private void sources() {
    page.text("h2", "Where the numbers come from");
    page.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (String head : List.of("Table", "Snapshot", "Run", "State")) {
      page.text("th", head, "scope", "col");
    }
    page.close().close().open("tbody");
    report
        .tables()
        .forEach(
            table ->
                page.open("tr")
                    .text("th", table.table(), "scope", "row")
                    .text("td", table.snapshot().map(String::valueOf).orElse("a view"))
                    .text("td", String.valueOf(table.run()))
                    .text("td", table.state())
                    .close());
    page.close().close().close();
    page.text(
        "p",
        "Definition %s, Headrace %s%s."
            .formatted(
                report.fingerprint(),
                report.code(),
                report.newestExposure().map(day -> ", newest exposure on " + day).orElse("")),
        "class",
        "dim");
    page.open("details").text("summary", "The statement that all sums come from");
    page.text("pre", report.sql()).close();
  }
}

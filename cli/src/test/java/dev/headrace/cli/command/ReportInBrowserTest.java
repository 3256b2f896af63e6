package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.Shell;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of an experiment, opened by Chromium: what a person sees of it, measured there. */
class ReportInBrowserTest {
  /** Measures the page as it is laid out, and writes what it found where it can be read. */
  private static final String MEASURE =
      """
      <script>
      const boxes = [...document.querySelectorAll('svg')].map(svg =>
        [...svg.querySelectorAll('text,circle')].map(t => t.getBoundingClientRect()));
      let overlaps = 0;
      for (const all of boxes) for (let i = 0; i < all.length; i++) for (let j = 0; j < i; j++) {
        const a = all[i], b = all[j];
        if (a.left < b.right - 1 &amp;&amp; b.left < a.right - 1 &amp;&amp;
            a.top < b.bottom - 1 &amp;&amp; b.top < a.bottom - 1) overlaps++;
      }
      const light = c => {
        const [r, g, b] = c.match(/[\\d.]+/g).map(x => x / 255).map(
          x => x <= 0.03928 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const paper = light(getComputedStyle(document.body).backgroundColor);
      const contrasts = [...document.querySelectorAll('p,td,th,h1,h2,figcaption,svg text')]
        .filter(e => e.textContent.trim()).map(e => {
          const style = getComputedStyle(e);
          const ink = light(e.closest('svg') ? style.fill : style.color);
          return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        });
      const words = [...document.querySelectorAll('svg text')].map(
        t => t.getBoundingClientRect().height);
      const outside = [...document.querySelectorAll('svg text')].filter(t => {
        const a = t.getBoundingClientRect(), b = t.closest('svg').getBoundingClientRect();
        return a.left < b.left - 1 || a.right > b.right + 1 || a.bottom > b.bottom + 1;
      }).length;
      const found = document.createElement('pre');
      found.id = 'measured';
      found.textContent = JSON.stringify({
        width: window.innerWidth, scroll: document.documentElement.scrollWidth, overlaps, outside,
        smallest: Math.min(...words), contrast: Math.min(...contrasts),
        dark: matchMedia('(prefers-color-scheme: dark)').matches, drawings: boxes.length});
      top.document.body.append(found);
      </script>
      """
          .replace("&amp;", "&");

  @TempDir Path directory;
  private String page = "";

  @BeforeEach
  void write() throws IOException {
    Shell shop = new Shell(directory.resolve("shop"));
    shop.write("headrace.yaml", "name: shop\n");
    shop.write(
        "sources/exposures.yaml",
        "files: data/exposures.csv\ntime: at\ncolumns: {user_id: int, at: timestamp}\n");
    shop.write(
        "sources/orders.yaml",
        "files: data/orders.csv\ntime: at\ncolumns: {user_id: int, at: timestamp, amount: double}\n");
    shop.write(
        "metrics/sales_after_returns_per_customer.yaml", "sum: amount\ntable: orders\nunit: EUR\n");
    shop.write("metrics/median_basket.yaml", "quantile: {value: amount, at: 50%}\ntable: orders\n");
    shop.write("metrics/buyers.yaml", "proportion: amount > 40\nentity: user_id\ntable: orders\n");
    shop.write(
        "experiments/checkout.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {control: 33.33%, one_page: 33.33%, one_page_with_wallet: 33.34%}
        dimensions: [country]
        metrics:
          goal: [sales_after_returns_per_customer]
          secondary: [median_basket]
          guardrail: [buyers]
        period: {start: 2026-03-02, end: 2026-03-15}
        """);
    Random random = new Random(3);
    StringBuilder exposures = new StringBuilder("user_id,at,variant,country\n");
    StringBuilder orders = new StringBuilder("user_id,at,amount\n");
    List<String> variants = List.of("control", "one_page", "one_page_with_wallet");
    for (int user = 0; user < 3_000; user++) {
      LocalDate day = LocalDate.parse("2026-03-02").plusDays(random.nextInt(14));
      String variant = variants.get(user % 3);
      exposures.append("%d,%sT09:00,%s,".formatted(user, day, variant));
      exposures.append(random.nextBoolean() ? "France\n" : "United Kingdom and Northern Ireland\n");
      double amount = 30 * Math.exp(0.5 * random.nextGaussian()) * (user % 3 == 1 ? 1.2 : 1);
      orders.append("%d,%sT10:00,%s\n".formatted(user, day, amount));
    }
    shop.write("data/exposures.csv", exposures.toString());
    shop.write("data/orders.csv", orders.toString());
    shop.succeed("run");
    page = shop.succeed("experiment", "analyze", "checkout", "--html");
  }

  @Test
  void page_isReadable_onADeskAndOnAPhone_byDayAndByNight() throws Exception {
    for (int width : new int[] {1_280, 600, 390}) {
      for (boolean dark : new boolean[] {false, true}) {
        JsonNode found = measure(width, dark);
        String where = "%d wide, dark %s: %s".formatted(width, dark, found);
        assertThat(found.path("dark").asBoolean()).as(where).isEqualTo(dark);
        assertThat(found.path("width").asInt()).as(where).isEqualTo(width);
        assertThat(found.path("scroll").asInt()).as(where).isLessThanOrEqualTo(width);
        assertThat(found.path("drawings").asInt()).as(where).isEqualTo(5);
        assertThat(found.path("overlaps").asInt()).as(where).isZero();
        assertThat(found.path("outside").asInt()).as(where).isZero();
        assertThat(found.path("smallest").doubleValue()).as(where).isGreaterThan(11);
        // WCAG 2.2, 1.4.3: text of this size.
        assertThat(found.path("contrast").doubleValue()).as(where).isGreaterThanOrEqualTo(4.5);
      }
    }
  }

  @Test
  void screenshot_showsTheVerdictAndTheDrawings() throws Exception {
    Path html = directory.resolve("report.html");
    Path picture = directory.resolve("report.png");
    Files.writeString(html, page);
    chromium(
        List.of("--screenshot=" + picture, "--window-size=1280,2000", html.toUri().toString()));
    BufferedImage image = ImageIO.read(picture.toFile());
    assertThat(image.getWidth()).isEqualTo(1_280);
    long inked = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        inked += (image.getRGB(x, y) & 0xffffff) != 0xffffff ? 1 : 0;
      }
    }
    assertThat(inked).as("points that are not paper").isGreaterThan(50_000);
  }

  private JsonNode measure(int width, boolean dark) throws Exception {
    Path html = directory.resolve("measured.html");
    String inside = page.replace("</body>", MEASURE + "</body>");
    // A frame may be as narrow as a phone, a window of Chromium's may not.
    Files.writeString(
        html,
        "<!DOCTYPE html><body><iframe width=%d height=900 style='border:0' srcdoc=\"%s\"></iframe>"
            .formatted(width, inside.replace("&", "&amp;").replace("\"", "&quot;")));
    String dom =
        chromium(
            List.of(
                "--dump-dom",
                "--window-size=1400,1000",
                "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1),
                html.toUri().toString()));
    int from = dom.indexOf("<pre id=\"measured\">");
    assertThat(from).as(dom).isPositive();
    String json = dom.substring(dom.indexOf('{', from), dom.indexOf('}', from) + 1);
    return new JsonMapper().readTree(json);
  }

  private String chromium(List<String> words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(program());
    command.addAll(List.of("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"));
    command.add("--user-data-dir=" + directory.resolve("profile"));
    command.addAll(words);
    Path out = directory.resolve("chromium.out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(directory.resolve("chromium.err").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      fail("Chromium did not end within a minute");
    }
    assertThat(process.exitValue())
        .as(Files.readString(directory.resolve("chromium.err")))
        .isZero();
    return Files.readString(out);
  }

  private static String program() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(
            name ->
                Stream.of("/usr/bin/", "/usr/local/bin/", "/snap/bin/")
                    .map(folder -> folder + name))
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst()
        .orElseGet(
            () -> fail("There is no Chromium to open the report with: apt-get install chromium"));
  }
}

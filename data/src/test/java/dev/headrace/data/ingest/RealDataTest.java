package dev.headrace.data.ingest;

import static dev.headrace.data.ingest.IngestFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Public data sets load with a sensible spec, row for row. The counts are those of PROVENANCE.md;
 * of devices_week3.csv, whose last line has no line feed, and of claims_train.csv, which has a row
 * per evidence, they are those of Python's csv module.
 */
class RealDataTest {
  @TempDir Path directory;
  private IngestFixture at;

  @BeforeEach
  void open() throws IOException {
    at = new IngestFixture(directory);
  }

  @AfterEach
  void close() {
    at.close();
  }

  private static String data(String path) {
    return IngestFixture.data() + "/" + path;
  }

  @ParameterizedTest
  @CsvSource({
    "halo/matches/*.parquet, 24025",
    "halo/match_details/*.parquet, 151761",
    "halo/medals_matches_players/*.parquet, 755229",
    "halo/maps.csv, 40",
    "halo/medals.csv, 183",
    "halo/devices_week3.csv, 6222",
    "halo/devices_week6.csv, 5644",
    "online_retail/*.parquet, 541909",
    "wikiticker/*.json.gz, 39244",
    "splink/fake_1000.csv, 1000",
    "febrl/dataset2.csv, 5000",
    "febrl/dataset3.csv, 5000",
    "entity_pairs/abt_buy/abt.csv, 1076",
    "cookie_cats/cookie_cats.csv, 90189",
    "hillstrom/hillstrom_email_data.csv, 64000",
    "attribution/data.csv.gz, 10000",
    "uci_adult/adult-train.csv, 32561",
    "uci_adult/adult-test.csv, 16281",
    "bank_marketing/bank-full.csv, 45211",
    "telco_churn/*.csv, 7043",
    "california_housing/housing.csv, 20640",
    "bike_sharing/hour.csv, 17379",
    "bike_sharing/day.csv, 731",
    "nab/data/**/*.csv, 365558",
    "scifact/corpus_train.csv, 5183",
    "scifact/claims_train.csv, 1261",
    "criteo_tiny/train.tiny.csv, 1999",
    "talkingdata_clicks/*.csv, 100000",
    "obd_bandit/*/men/men.csv, 20000",
    "text2sql/geography.json, 246"
  })
  void load_everyRowOfAPublicDataSet(String files, long rows) {
    LoadResult result = at.load(spec(data(files)).build());
    assertThat(result.reasons()).isEmpty();
    assertThat(result.rowsLoaded()).isEqualTo(rows);
    assertThat(at.sql(result, "SELECT count(*) FROM raw")).containsExactly(Long.toString(rows));
    // Every line is there once: the lines of a file are distinct.
    assertThat(at.sql(result, "SELECT count(*) FROM (SELECT DISTINCT _file, _line FROM raw)"))
        .containsExactly(Long.toString(rows));
  }

  @Test
  void load_filesThatSayTooLittleOfThemselves() {
    CsvOptions bare = new CsvOptions(null, "none", null, false, List.of(), 0, ".");
    LoadResult sms = at.load(spec(data("sms_spam/sms.tsv")).csv(bare).build());
    assertThat(at.sql(sms, "SELECT count(*), count(*) FILTER (column_1 = 'spam') FROM raw"))
        .containsExactly("5574|747");

    CsvOptions tab =
        new CsvOptions("tab", "none", null, false, List.of("id", "mean", "text"), 0, ".");
    LoadResult tweets =
        at.load(
            spec(data("sentiment/tweets_GroundTruth.txt"))
                .format(Format.CSV)
                .csv(tab)
                .encoding("iso-8859-1")
                .build());
    assertThat(tweets.rowsLoaded()).isEqualTo(4200);

    CsvOptions percent = new CsvOptions("%", "\"", null, true, List.of(), 0, ".");
    assertThat(
            at.load(spec(data("entity_pairs/dblp_acm/acm.csv")).csv(percent).build()).rowsLoaded())
        .isEqualTo(2294);
    assertThat(
            at.load(spec(data("entity_pairs/dblp_acm/dblp.csv")).csv(percent).build()).rowsLoaded())
        .isEqualTo(2616);

    LoadResult ratings =
        at.load(
            spec(data("ml_100k/ml-100k.inter"))
                .format(Format.CSV)
                .rename(Map.of("user_id:token", "user_id"))
                .build());
    assertThat(at.sql(ratings, "SELECT count(*), count(DISTINCT user_id) FROM raw"))
        .containsExactly("100000|943");

    LoadResult cdnow =
        at.load(
            spec(data("cdnow/CDNOW_master.txt"))
                .format(Format.LINES)
                .pattern(
                    "^ *(?P<customer>\\d+) +(?P<day>\\d{8}) +(?P<cds>\\d+) +(?P<dollars>[\\d.]+)")
                .columns(Map.of("day", "date(%Y%m%d)", "cds", "int", "dollars", "decimal(10,2)"))
                .build());
    assertThat(cdnow.rowsLoaded()).isEqualTo(69659);
    assertThat(cdnow.rejected()).as("the header").isEqualTo(1);
  }

  @Test
  void load_apacheLog() {
    LoadResult result =
        at.load(
            spec(data("apache_logs/access.log"))
                .pattern(
                    "^(?P<host>\\S+) \\S+ \\S+ \\[(?P<moment>[^\\]]+)\\] \"(?P<request>[^\"]*)\""
                        + " (?P<status>\\d{3}) (?P<bytes>\\S+) \"(?P<referrer>[^\"]*)\""
                        + " \"(?P<agent>[^\"]*)\"?$")
                .nullText("-")
                .columns(
                    Map.of(
                        "moment", "timestamptz(%d/%b/%Y:%H:%M:%S %z)",
                        "status", "int",
                        "bytes", "long"))
                .build());
    assertThat(result.reasons()).isEmpty();
    assertThat(
            at.sql(result, "SELECT count(*), min(moment), count(*) FILTER (status = 404) FROM raw"))
        .containsExactly("10000|2015-05-17T10:05:00Z|213");
  }

  @Test
  void load_figuresOfRetailAndHalo() {
    LoadResult retail = at.load(spec(data("online_retail/*.parquet")).build());
    assertThat(
            at.sql(
                retail,
                "SELECT round(sum(Quantity * UnitPrice), 3), count(DISTINCT CustomerID),"
                    + " count(*) - count(CustomerID), max(_line) FROM raw"))
        .containsExactly("9747747.934|4372|135080|541909");
    LoadResult details =
        at.load(
            spec(data("halo/match_details/*.parquet")).key("match_id", "player_gamertag").build());
    assertThat(details.duplicates()).isZero();
    assertThat(details.rowsLoaded()).isEqualTo(151761);
  }
}

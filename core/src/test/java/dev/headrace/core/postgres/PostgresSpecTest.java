package dev.headrace.core.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.project.ConfigSection;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.ProjectConfig;
import dev.headrace.core.project.ProjectLoader;
import dev.headrace.core.project.spec.Secret;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresSpecTest {
  private static final ConfigSection<PostgresSpec> SECTION =
      ConfigSection.option("ledger", "postgres", PostgresSpec.class);

  @TempDir Path directory;

  @Test
  void url_ofAPlatform_carriesEverything_encoded() {
    PostgresUrl url =
        PostgresUrl.parse(
            "postgresql://me%40x:p%3Aa%2F+b@db.example:6432/my%20shop?sslmode=require");
    assertThat(url.user()).contains("me@x");
    assertThat(url.password()).contains(new Secret("p:a/+b"));
    assertThat(url.hosts()).isEqualTo("db.example:6432");
    assertThat(url.database()).isEqualTo("my shop");
    assertThat(url.options()).isEqualTo("sslmode=require");
    assertThat(url).hasToString("postgres://db.example:6432/my shop");
  }

  @Test
  void jdbcUrl_ofSeveralHosts_keepsThemAndTheOptions() {
    Postgres postgres =
        Postgres.of(
            spec("postgres://me:secret@a:1,b:2/my%20shop?targetServerType=primary"), "Shop İ 1");
    assertThat(postgres.jdbcUrl())
        .isEqualTo("jdbc:postgresql://a:1,b:2/my%20shop?targetServerType=primary");
    assertThat(postgres.properties("ledger"))
        .containsEntry("user", "me")
        .containsEntry("password", "secret")
        .containsEntry("currentSchema", postgres.schema());
    assertThat(postgres).asString().doesNotContain("secret", "me:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "http://db/shop", "postgres://", "postgres://db", "postgres://db/"})
  void url_thatIsNone_isRefused(String text) {
    assertThatThrownBy(() -> PostgresUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be an address such as postgres://db.example:5432/shop");
  }

  @ParameterizedTest
  @CsvSource({"shop,headrace_shop", "Shop 1,headrace_shop_1", "IT-İstanbul,headrace_it_i_stanbul"})
  void schema_isMadeOfTheProjectsName(String project, String schema) {
    assertThat(Postgres.of(spec("postgres://db/x"), project).schema()).isEqualTo(schema);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Shop", "a b", "1a", "pg_shop", "x\"; drop"})
  void schema_thatNeedsQuotes_isRefused(String schema) {
    assertThatThrownBy(
            () -> new PostgresSpec(PostgresUrl.parse("postgres://db/x"), null, null, schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(schema);
  }

  @Test
  void config_inOneLine_fromTheEnvironment() throws Exception {
    PostgresSpec spec =
        load("ledger: {postgres: {url: \"${env:DATABASE_URL}\"}}").find(SECTION).orElseThrow();
    assertThat(spec.url().password()).contains(new Secret("hush"));
    assertThat(spec.toString()).doesNotContain("hush");
  }

  @Test
  void config_withAPasswordInTheFile_isRefused_andDoesNotRepeatIt() {
    assertThatThrownBy(() -> load("ledger: {postgres: {url: postgres://me:hush@db/shop}}"))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("must not be written in a file")
        .hasMessageNotContaining("hush");
    assertThatThrownBy(() -> load("ledger: {postgres: {url: postgres://db/shop, password: hush}}"))
        .isInstanceOf(HeadraceException.class)
        .hasMessageNotContaining("hush");
  }

  @Test
  void config_withTwoPasswords_isRefused_andRepeatsNeither() {
    assertThatThrownBy(
            () ->
                load(
                    "ledger: {postgres: {url: \"${env:DATABASE_URL}\", password: \"${env:OTHER}\"}}"))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("'password' beside a password")
        .hasMessageNotContaining("hush")
        .hasMessageNotContaining("quiet");
  }

  private ProjectConfig load(String ledger) throws Exception {
    Files.writeString(directory.resolve("headrace.yaml"), "name: shop\n" + ledger + "\n");
    return new ProjectLoader(List.of(), List.of(SECTION))
        .loadConfig(
            directory,
            new Environment(
                Map.of("DATABASE_URL", "postgres://me:hush@db.example/shop", "OTHER", "quiet")));
  }

  private static PostgresSpec spec(String url) {
    return new PostgresSpec(PostgresUrl.parse(url), null, null, null);
  }
}

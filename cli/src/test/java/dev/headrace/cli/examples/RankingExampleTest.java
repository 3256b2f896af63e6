package dev.headrace.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Films of public data are put in order. */
class RankingExampleTest {
  @TempDir Path directory;

  @Test
  void movies_ofPeopleNobodyKnows() throws IOException {
    ExampleProject movies = ExampleProject.copy("movies", directory);
    movies.run();
    assertThat(first(movies, "most_watched")).isBetween(0.46, 0.47);
    double bestRated = first(movies, "best_rated");
    assertThat(bestRated).isBetween(0.61, 0.62);
    assertThat(first(movies, "taste")).isBetween(bestRated - 0.005, 0.64);
    movies.succeed(List.of("models", "reproduce", "taste"));
  }

  private static double first(ExampleProject movies, String model) throws IOException {
    JsonNode card =
        new JsonMapper().readTree(movies.succeed(List.of("models", "show", model, "--json")));
    assertThat(card.path("testedOn").intValue()).isEqualTo(20_032);
    JsonNode score = card.path("metrics").get(0);
    assertThat(score.path("metric").asText()).isEqualTo("ndcg-at-10");
    assertThat(score.path("baseline").doubleValue()).isBetween(0.39, 0.40);
    return score.path("estimate").doubleValue();
  }
}

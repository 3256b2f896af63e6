package dev.headrace.cli.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.cli.process.CliError;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectDirectoryTest {
  @TempDir Path root;
  private Path shop;

  @BeforeEach
  void makeProject() throws Exception {
    shop = Files.createDirectories(root.resolve("shop"));
    Files.createDirectories(shop.resolve("tables/deep"));
    Files.writeString(shop.resolve("headrace.yaml"), "name: shop\n");
  }

  @Test
  void find_fromADirectoryInside_isTheNearestAbove() {
    assertThat(ProjectDirectory.find(null, shop.resolve("tables/deep"))).isEqualTo(shop);
  }

  @Test
  void find_given_isRelativeToTheWorkingDirectory() {
    assertThat(ProjectDirectory.find(Path.of("../shop"), root.resolve("x"))).isEqualTo(shop);
  }

  @Test
  void find_none_saysHowToMakeOne() {
    assertThatThrownBy(() -> ProjectDirectory.find(null, root))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(CliError.CLI_NO_PROJECT);
              assertThat(e.hint()).contains("headrace init");
            });
  }

  @Test
  void find_directoryWithoutMarker_namesTheMarker() {
    assertThatThrownBy(() -> ProjectDirectory.find(Path.of("shop/tables"), root))
        .hasMessage("Cannot find project 'shop/tables': the directory has no headrace.yaml.");
    assertThatThrownBy(() -> ProjectDirectory.find(Path.of("shpo"), root))
        .hasMessage("Cannot find project 'shpo': there is no such directory.");
  }
}

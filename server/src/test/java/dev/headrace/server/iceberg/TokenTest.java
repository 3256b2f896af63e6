package dev.headrace.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.project.spec.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configured key, as Iceberg's client sends it. */
class TokenTest {
  private static final String KEY = "a-key-of-sufficient-length";

  @TempDir private Path state;

  @Test
  void client_getsInWithTheKeyOnly() throws IOException {
    try (ServedLake lake = ServedLake.start(state, new Secret(KEY))) {
      assertThatThrownBy(() -> lake.client(Map.of())).isInstanceOf(NotAuthorizedException.class);
      assertThatThrownBy(() -> lake.client(Map.of("token", KEY + "x")))
          .isInstanceOf(NotAuthorizedException.class)
          .hasMessageContaining("no key that is known here");
      try (RESTCatalog client = lake.client(Map.of("token", KEY))) {
        client.createNamespace(Namespace.of("a"));
        assertThat(client.listNamespaces())
            .containsExactly(Namespace.of("main"), Namespace.of("a"));
      }
    }
  }
}

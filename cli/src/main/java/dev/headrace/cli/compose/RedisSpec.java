package dev.headrace.cli.compose;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a project may say about the online store under {@code online: redis:}. */
@Doc("A Redis server, for the online store: several machines can serve one project.")
public record RedisSpec(
    @Doc(
            "Where the server is. With a password in it, it comes from ${env:NAME} or ${file:PATH}"
                + " as a whole.")
        RedisUrl url,
    @Doc("The password, unless the address has it.") @Nullable Secret password,
    @Doc(
            "What all names on the server begin with, of this project alone; headrace: and the"
                + " project's name where absent.")
        @Nullable String prefix,
    @Doc("How long to wait for a connection or an answer.") @Default("1s") Duration patience,
    @Doc(
            "How many keys of each view to remember, for the time when the server does not answer;"
                + " 0 for none.")
        @Default("100000")
        int remember) {
  public RedisSpec {
    if (password != null && url.password().isPresent()) {
      throw new IllegalArgumentException(
          "must not have 'password' beside a password in the address");
    }
    if (!patience.isPositive() || patience.compareTo(Duration.ofMinutes(5)) > 0) {
      throw new IllegalArgumentException(
          "must have 'patience' above 0 and up to 5m, but is " + patience);
    }
    if (remember < 0) {
      throw new IllegalArgumentException("must have 'remember' of at least 0, but is " + remember);
    }
  }
}

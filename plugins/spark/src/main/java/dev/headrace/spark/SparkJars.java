package dev.headrace.spark;

import dev.headrace.spi.error.HeadraceException;
import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.ContextOverrides.ChecksumPolicy;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferEvent;

/**
 * Spark's libraries: fetched at first use into the machine's Maven repository, from wherever the
 * user's Maven settings say.
 *
 * <p>Which files these are, down to their SHA-256, is fixed when Headrace is built ({@link
 * JarList}). A file that is there is not fetched again, so a broken download goes on where it
 * stopped, by whole files; each comes into place by a rename, so two processes may fetch at once.
 */
public final class SparkJars {
  /** How far the fetching has come. */
  public record Fetched(long bytes, long ofBytes) {}

  private final Path cache;
  private final Optional<Path> settings;
  private final Consumer<Fetched> listener;
  private final JarList list;

  /**
   * @param cache where it is noted which files have been verified
   * @param listener hears of progress while something is fetched
   */
  public SparkJars(Path cache, Consumer<Fetched> listener) {
    this(cache, Optional.empty(), listener, JarList.shipped());
  }

  /**
   * @param settings Maven's settings; where absent those of the user
   */
  SparkJars(Path cache, Optional<Path> settings, Consumer<Fetched> listener, JarList list) {
    this.cache = cache;
    this.settings = settings;
    this.listener = listener;
    this.list = list;
  }

  /** The files in the order of the class path; those that are missing are fetched. */
  public List<Path> all() {
    return get(list);
  }

  /** The one of that name, without its version; fetched if it is missing. */
  Path one(String name) {
    List<JarList.Jar> jars =
        list.jars().stream().filter(jar -> jar.coordinates().contains(":" + name + ":")).toList();
    if (jars.size() != 1) {
      throw new IllegalArgumentException(name);
    }
    return get(new JarList(jars, jars.getFirst().sha256())).getFirst();
  }

  private List<Path> get(JarList list) {
    Path note = cache.resolve("spark-" + list.digest().substring(0, 12) + ".txt");
    List<Path> known = verifiedBefore(note, list);
    if (!known.isEmpty()) {
      return known;
    }
    List<Path> files = resolve(list);
    for (int i = 0; i < files.size(); i++) {
      verify(list.jars().get(i), files.get(i));
    }
    remember(note, files);
    return files;
  }

  private List<Path> resolve(JarList list) {
    Progress progress = new Progress();
    ContextOverrides.Builder overrides =
        ContextOverrides.create()
            .withUserSettings(true)
            .ignoreArtifactDescriptorRepositories(true)
            .checksumPolicy(ChecksumPolicy.FAIL)
            .transferListener(progress);
    settings.ifPresent(overrides::withUserSettingsXmlOverride);
    try (Context maven = Runtimes.INSTANCE.getRuntime().create(overrides.build())) {
      List<ArtifactRequest> requests = new ArrayList<>();
      long missingBytes = 0;
      LocalRepository local = maven.repositorySystemSession().getLocalRepository();
      for (JarList.Jar jar : list.jars()) {
        Artifact artifact = new DefaultArtifact(jar.coordinates());
        if (!Files.exists(local.getBasedir().toPath().resolve(path(artifact)))) {
          missingBytes += jar.bytes();
        }
        requests.add(new ArtifactRequest(artifact, maven.remoteRepositories(), "headrace"));
      }
      progress.ofBytes = missingBytes;
      List<ArtifactResult> results =
          maven.repositorySystem().resolveArtifacts(maven.repositorySystemSession(), requests);
      return results.stream()
          .map(result -> Objects.requireNonNull(result.getArtifact()).getFile().toPath())
          .toList();
    } catch (ArtifactResolutionException e) {
      throw missing(e, list);
    }
  }

  /** Where a local repository keeps an artifact. */
  private static String path(Artifact artifact) {
    return artifact.getGroupId().replace('.', '/')
        + "/"
        + artifact.getArtifactId()
        + "/"
        + artifact.getVersion()
        + "/"
        + artifact.getArtifactId()
        + "-"
        + artifact.getVersion()
        + (artifact.getClassifier().isEmpty() ? "" : "-" + artifact.getClassifier())
        + "."
        + artifact.getExtension();
  }

  private static HeadraceException missing(ArtifactResolutionException e, JarList list) {
    long count = e.getResults().stream().filter(result -> !result.isResolved()).count();
    String first =
        e.getResults().stream()
            .filter(result -> !result.isResolved())
            .flatMap(result -> result.getExceptions().stream())
            .map(reason -> String.valueOf(reason.getMessage()))
            .reduce((one, last) -> last)
            .orElse(String.valueOf(e.getMessage()));
    return new HeadraceException(
        SparkErrorCode.SPARK_MISSING,
        "Cannot fetch Spark's libraries: "
            + count
            + " of "
            + list.jars().size()
            + " are missing, for one "
            + first.replaceAll("\\s*\\n\\s*", " ")
            + ".",
        "Check the network, or the mirror and proxy in Maven's settings.xml, and run it again: what"
            + " has arrived is kept.",
        e);
  }

  private static void verify(JarList.Jar jar, Path file) {
    String found = JarList.sha256(file);
    if (!found.equals(jar.sha256())) {
      throw new HeadraceException(
          SparkErrorCode.SPARK_MISSING,
          "Cannot use Spark's library '"
              + jar.coordinates()
              + "': its SHA-256 is "
              + found
              + " instead of "
              + jar.sha256()
              + ".",
          "Remove '" + file + "' and run it again; if it stays, ask who runs the repository.");
    }
  }

  /** The files a note tells of, if each is still as it was when it was verified. */
  private static List<Path> verifiedBefore(Path note, JarList list) {
    try {
      List<Path> files = new ArrayList<>();
      for (String line : Files.readAllLines(note, StandardCharsets.UTF_8)) {
        int space = line.indexOf(' ');
        Path file = Path.of(line.substring(space + 1));
        if (!line.substring(0, space).equals(state(file))) {
          return List.of();
        }
        files.add(file);
      }
      return files.size() == list.jars().size() ? files : List.of();
    } catch (IOException | RuntimeException e) {
      return List.of(); // No note, or none that can be read: look again.
    }
  }

  private void remember(Path note, List<Path> files) {
    StringBuilder text = new StringBuilder();
    try {
      for (Path file : files) {
        text.append(state(file)).append(' ').append(file).append('\n');
      }
      Files.createDirectories(cache);
      Path fresh = Files.createTempFile(cache, "spark-", ".tmp");
      Files.writeString(fresh, text);
      Files.move(fresh, note, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // Without the note the files are verified again the next time.
    }
  }

  private static String state(Path file) throws IOException {
    return Files.size(file) + ":" + Files.getLastModifiedTime(file).toMillis();
  }

  /** Bytes of several transfers at once, against what all that is missing comes to. */
  private final class Progress extends AbstractTransferListener {
    private final AtomicLong bytes = new AtomicLong();
    private volatile long ofBytes;

    @Override
    public void transferProgressed(TransferEvent event) {
      listener.accept(new Fetched(bytes.addAndGet(event.getDataLength()), ofBytes));
    }

    @Override
    public void transferCorrupted(TransferEvent event) {
      bytes.addAndGet(-event.getTransferredBytes()); // It comes again.
    }
  }
}

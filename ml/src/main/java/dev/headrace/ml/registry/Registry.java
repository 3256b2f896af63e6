package dev.headrace.ml.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.core.ledger.Aliases;
import dev.headrace.core.project.Names;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.ModelFile;
import dev.headrace.spi.digest.Sha256;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The versions of models, as files: {@code MODEL/VERSION/} holds {@code card.json}, {@code
 * model.json}, for trees {@code trees.json} and for models made elsewhere {@code model.onnx}. What
 * versions are called is kept by the ledger, with every move of a name.
 *
 * <p>A version appears whole or not at all and is never changed. Several processes may read;
 * writers hold the run lock.
 */
public final class Registry {
  /** Stands for the version that an environment shows. */
  public static final String CHAMPION = "champion";

  /** Stands for the newest version, accepted or not. */
  public static final String LATEST = "latest";

  private static final String CARD = "card.json";

  /** Where releases kept names whose ledger kept none. */
  private static final String ALIASES = "aliases.json";

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_-]*");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Path directory;
  private final Aliases names;

  /**
   * @param directory holds a directory per model; made when the first is registered
   * @param names of the ledger
   */
  public Registry(Path directory, Aliases names) {
    this.directory = directory;
    this.names = names;
  }

  /** Models that have versions, declared or not. */
  public List<String> models() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> homes = Files.list(directory)) {
      return homes
          .filter(Files::isDirectory)
          .map(home -> home.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The versions of a model, the oldest first. */
  public List<ModelCard> versions(String model) {
    List<ModelCard> cards = new ArrayList<>();
    Path home = directory.resolve(model);
    if (!Files.isDirectory(home)) {
      return cards;
    }
    try (DirectoryStream<Path> versions =
        Files.newDirectoryStream(
            home, path -> NUMBER.matcher(path.getFileName().toString()).matches())) {
      for (Path version : versions) {
        cards.add(card(version));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cards.sort(Comparator.comparingInt(ModelCard::version));
    return cards;
  }

  /** Text that differs when a version is registered or removed. */
  public String signature(String model) {
    Path home = directory.resolve(model);
    if (!Files.isDirectory(home)) {
      return "";
    }
    TreeSet<String> found = new TreeSet<>();
    try (Stream<Path> entries = Files.list(home)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        String name = String.valueOf(entry.getFileName());
        if (NUMBER.matcher(name).matches()) {
          found.add(name + "@" + Files.getLastModifiedTime(entry));
        }
      }
    } catch (NoSuchFileException e) {
      return ""; // Removed while it was looked at: the next look tells.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return String.join(" ", found);
  }

  private static ModelCard card(Path version) throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(version.resolve(CARD)), ModelCard.class);
    } catch (JsonProcessingException e) {
      throw corrupt(version, CARD + " cannot be read", e);
    }
  }

  private static HeadraceException corrupt(Path version, String reason, @Nullable Throwable cause) {
    return new HeadraceException(
        ModelError.MODEL_CORRUPT,
        "Cannot use version %s of model '%s': %s."
            .formatted(version.getFileName(), model(version), reason),
        "Restore " + version + ", or train the model again.",
        cause);
  }

  private static String model(Path version) {
    Path home = version.getParent();
    return home == null ? "" : String.valueOf(home.getFileName());
  }

  /**
   * A version.
   *
   * @param reference {@code 3}, {@code champion}, {@code latest} or an alias
   * @param shown the snapshot of predictions that the environment shows; null where none is
   * @throws HeadraceException MODEL_VERSION_UNKNOWN
   */
  public ModelCard find(String model, String reference, @Nullable Long shown) {
    List<ModelCard> versions = versions(model);
    Optional<ModelCard> found =
        switch (reference) {
          case CHAMPION -> champion(model, shown);
          case LATEST -> versions.isEmpty() ? Optional.empty() : Optional.of(versions.getLast());
          default -> {
            Integer aliased = aliases(model).get(reference);
            String number = aliased == null ? reference : aliased.toString();
            yield versions.stream()
                .filter(card -> Integer.toString(card.version()).equals(number))
                .findFirst();
          }
        };
    return found.orElseThrow(
        () -> {
          Set<String> aliases = aliases(model).keySet();
          return new HeadraceException(
              ModelError.MODEL_VERSION_UNKNOWN,
              "Cannot find version '%s' of model '%s'.".formatted(reference, model),
              versions.isEmpty()
                  ? "Train it first: headrace train " + model + "."
                  : reference.equals(CHAMPION)
                      ? "No version is shown here. Name one, such as %s:%d."
                          .formatted(model, versions.getLast().version())
                      : Names.nearest(reference, aliases)
                          .map(near -> "Did you mean '" + near + "'?")
                          .orElseGet(() -> known(versions, aliases)));
        });
  }

  /** The version whose predictions are shown. */
  public Optional<ModelCard> champion(String model, @Nullable Long shown) {
    return shown == null
        ? Optional.empty()
        : versions(model).stream().filter(card -> shown.equals(card.predictions())).findFirst();
  }

  /**
   * The model of a version.
   *
   * @throws HeadraceException MODEL_CORRUPT where a file is not what was registered
   */
  public Model load(ModelCard card) {
    Map<String, byte[]> files = new HashMap<>();
    card.files().keySet().forEach(name -> files.put(name, file(card, name)));
    return ModelFile.read(files);
  }

  /**
   * A file of a version.
   *
   * @throws HeadraceException MODEL_CORRUPT where it is not what was registered
   */
  byte[] file(ModelCard card, String name) {
    Path home = home(card);
    byte[] content;
    try {
      content = Files.readAllBytes(home.resolve(name));
    } catch (IOException e) {
      throw corrupt(home, name + " cannot be read", e);
    }
    if (!Sha256.hex(content).equals(card.files().get(name))) {
      throw corrupt(home, name + " is not what was registered", null);
    }
    return content;
  }

  /** Where the files of a version are. */
  public Path home(ModelCard card) {
    return directory.resolve(card.model()).resolve(Integer.toString(card.version()));
  }

  /** SHA-256 of each file. */
  static SortedMap<String, String> digests(Map<String, byte[]> files) {
    SortedMap<String, String> digests = new TreeMap<>();
    files.forEach((name, content) -> digests.put(name, Sha256.hex(content)));
    return digests;
  }

  /**
   * Registers a version; its number is the next.
   *
   * @return the card with its number
   */
  ModelCard register(ModelCard card, Map<String, byte[]> files) {
    Path home = directory.resolve(card.model());
    try {
      Files.createDirectories(home);
      Path unfinished = home.resolve(unfinished(card.run()));
      deleteAll(unfinished);
      Files.createDirectory(unfinished);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        write(unfinished.resolve(file.getKey()), file.getValue());
      }
      List<ModelCard> before = versions(card.model());
      int number = before.isEmpty() ? 1 : before.getLast().version() + 1;
      while (true) {
        ModelCard numbered = card.as(number);
        write(unfinished.resolve(CARD), JSON.writeValueAsBytes(numbered));
        Path target = home.resolve(Integer.toString(number));
        try {
          if (Files.exists(target)) {
            throw new FileAlreadyExistsException(target.toString());
          }
          Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
          return numbered;
        } catch (FileAlreadyExistsException e) {
          number++; // Another machine of the same ledger was faster.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String unfinished(long run) {
    return "unfinished-r" + run;
  }

  private static void write(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Removes what a run has begun and, where it did not get to publish, what it has registered. */
  void sweep(String model, long run) {
    try {
      deleteAll(directory.resolve(model).resolve(unfinished(run)));
      for (ModelCard card : versions(model)) {
        if (card.run() == run) {
          deleteAll(home(card));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  /** Names that somebody gave to versions of a model. */
  public SortedMap<String, Integer> aliases(String model) {
    adopt(model);
    return names.now(model);
  }

  /**
   * The same of all models, in one look; absent are models without names and those whose names
   * {@link #adopt} has yet to take in.
   */
  public Map<String, SortedMap<String, Integer>> aliases() {
    return names.now();
  }

  /** Every move of the names of a model, the oldest first. */
  List<Aliases.Change> moves(String model) {
    adopt(model);
    return names.changes(model);
  }

  /**
   * Names that a release before this one kept in a file become the ledger's, once.
   *
   * @return whether there was such a file
   * @throws HeadraceException MODEL_CORRUPT
   */
  public boolean adopt(String model) {
    Path file = directory.resolve(model).resolve(ALIASES);
    if (!Files.exists(file)) {
      return false;
    }
    Map<String, Integer> found;
    try {
      found =
          JSON.readValue(
              Files.readAllBytes(file), new TypeReference<TreeMap<String, Integer>>() {});
    } catch (NoSuchFileException e) {
      return true; // Another process has just taken it in.
    } catch (IOException e) {
      throw new HeadraceException(
          ModelError.MODEL_CORRUPT,
          "Cannot read the aliases of model '%s'.".formatted(model),
          "Restore or remove " + file + ".",
          e);
    }
    names.adopt(model, found);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It counts no more: the ledger keeps names of this model from now on. Whoever may write here
      // takes it away.
    }
    return true;
  }

  private static String known(List<ModelCard> versions, Set<String> aliases) {
    String numbers =
        versions.size() == 1
            ? "Known is " + versions.getLast().version()
            : "Known are %d to %d"
                .formatted(versions.getFirst().version(), versions.getLast().version());
    return numbers + (aliases.isEmpty() ? "." : ", and " + String.join(", ", aliases) + ".");
  }

  /**
   * Gives a version a name; one that has it loses it. Call it while holding the run lock, so that
   * nobody removes what the version was trained on.
   *
   * @param reason why; may be empty
   * @return false where it had the name already
   * @throws HeadraceException MODEL_ALIAS, MODEL_VERSION_UNKNOWN
   */
  public boolean alias(String model, String alias, int version, String reason) {
    if (!WORD.matcher(alias).matches() || alias.equals(CHAMPION) || alias.equals(LATEST)) {
      throw new HeadraceException(
          ModelError.MODEL_ALIAS,
          "Cannot name a version '%s'.".formatted(alias),
          alias.equals(CHAMPION) || alias.equals(LATEST)
              ? "That name follows from what is published: see headrace promote and rollback."
              : "Use lower-case letters, digits, - and _, beginning with a letter.");
    }
    find(model, Integer.toString(version), null);
    adopt(model);
    return names.give(model, alias, version, reason);
  }
}

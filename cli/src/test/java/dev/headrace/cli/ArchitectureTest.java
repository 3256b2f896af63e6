package dev.headrace.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The rules of the house. Each failure prints the rule, why it is one, and what to do instead;
 * docs/decisions/0001-floors-and-rooms.md tells the whole story.
 */
class ArchitectureTest {
  /** Bottom to top: a floor sees itself and those before it. */
  private static final List<String> FLOORS =
      List.of("spi", "core", "data", "ml", "decisions", "server", "cli");

  /** Classes that may ask the machine for the time, chance, environment or locale, with why. */
  private static final Map<String, String> AMBIENT =
      Map.of(
          "dev.headrace.cli.process.Ambient", "it is the one that asks and hands in",
          "dev.headrace.cli.Main", "it sets the default locale aside",
          "dev.headrace.spark.driver.DriverMain", "the same for the driver's own process");

  /** Source files above the limit that have to be, with why. */
  private static final Map<String, String> LARGE_FILES =
      Map.of("LakeTest.java", "one test per change to a table, read by their names");

  private static final int MAX_LINES = 600;

  private static JavaClasses shipped;

  @BeforeAll
  static void readClasses() {
    shipped =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/testkit/"))
            .importPackages("dev.headrace");
    assertThat(shipped.size()).as("classes found on the class path").isGreaterThan(40);
  }

  @Test
  void floors_seeOnlyTheFloorsBeneath() {
    for (int floor = 0; floor < FLOORS.size() - 1; floor++) {
      String[] above =
          FLOORS.subList(floor + 1, FLOORS.size()).stream()
              .map(name -> "dev.headrace." + name + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("dev.headrace." + FLOORS.get(floor) + "..")
          .should()
          .dependOnClassesThat(resideInAnyPackage(above))
          .because(
              "a floor that knows what stands on it cannot be understood, tested or replaced alone."
                  + " Move the class down, or hand the upper floor's part in through a constructor")
          .allowEmptyShould(true) // Some floors are not built yet.
          .check(shipped);
    }
  }

  @Test
  void spi_dependsOnTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage("dev.headrace.spi..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.headrace.spi..", "java..", "org.jspecify..")
        .because(
            "a plug-in with any library of its own must be able to implement it."
                + " Put what needs a library into core or data")
        .check(shipped);
  }

  @Test
  void http_isTheServersAffair() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.headrace.server..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.helidon.."))
        .because(
            "a command that serves nothing must not load a web server."
                + " Write a room that implements Routes, and list it in Headrace.serve")
        .check(shipped);
  }

  @Test
  void plugIns_knowTheSpiOnly() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.headrace.spark..", "dev.headrace.redis..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                FLOORS.stream()
                    .filter(floor -> !floor.equals("spi"))
                    .map(floor -> "dev.headrace." + floor + "..")
                    .toArray(String[]::new)))
        .because(
            "a plug-in must be replaceable without the floors, and the floors without it."
                + " Hand in what it needs from the composition root")
        .check(shipped);
  }

  @Test
  void jedis_isTheRedisPlugInsAffair() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.headrace.redis..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("redis.clients.."))
        .because("another client, or none, must be a change of one plug-in. Use OnlineStore")
        .check(shipped);
  }

  @Test
  void spark_isUsedByItsDriverOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.headrace.spark.driver..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.apache.spark..", "dev.headrace.spark.driver.."))
        .because(
            "Spark's libraries are not on Headrace's class path. Ask the driver, over the wire")
        .check(shipped);
  }

  @Test
  void internalPackages_areUsedByTheirOwnRoomOnly() {
    classes()
        .that(describe("live in an internal package", ArchitectureTest::isInternal))
        .should(beUsedByTheirRoomOnly())
        .because(
            "a room can only be rebuilt if nobody outside stands in it."
                + " Use the room's front door, or add what you need to it")
        .allowEmptyShould(true)
        .check(shipped);
  }

  private static boolean isInternal(JavaClass type) {
    return type.getPackageName().matches(".*\\.internal(\\..*)?");
  }

  private static ArchCondition<JavaClass> beUsedByTheirRoomOnly() {
    return new ArchCondition<>("be used by their own room only") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String room = type.getPackageName().replaceFirst("\\.internal(\\..*)?$", "");
        for (Dependency use : type.getDirectDependenciesToSelf()) {
          String user = use.getOriginClass().getPackageName();
          if (!user.equals(room) && !user.startsWith(room + ".")) {
            events.add(SimpleConditionEvent.violated(type, use.getDescription()));
          }
        }
      }
    };
  }

  @Test
  void rooms_formNoCycles() {
    for (String floor : FLOORS) {
      slices()
          .matching("dev.headrace." + floor + ".(*)..")
          .should()
          .beFreeOfCycles()
          .because(
              "two rooms that need each other are one room."
                  + " Merge them, or move what both need into a third")
          .allowEmptyShould(true)
          .check(shipped);
    }
  }

  @Test
  void roomsOfExperiments_formNoCycles() {
    slices()
        .matching("dev.headrace.decisions.experiments.(*)..")
        .should()
        .beFreeOfCycles()
        .because(
            "an analysis passes them one after the other, and each is read without those behind"
                + " it. Let Experiments hand over what a room behind has")
        .check(shipped);
  }

  @Test
  void names_sayWhatAClassIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Helpers?|Manager|Common|Impl|Base)")
        .because(
            "such a name collects what has no place. Name the thing it is (a Schedule, a Parser, a"
                + " Ledger) or the room it belongs to")
        .check(shipped);
  }

  @Test
  void printing_isTheConsolesAffair() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.headrace.cli.console..",
            "dev.headrace.cli.process..",
            "dev.headrace.spark.driver..") // A process of its own.
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .because(
            "results, progress and --json must not mix."
                + " Return a report and let a command print it with the Console")
        .check(shipped);
  }

  @Test
  void time_chance_environmentAndLocale_areHandedIn() {
    Map<String, Set<String>> ambient =
        Map.of(
            "java.time.Instant", Set.of("now"),
            "java.time.LocalDate", Set.of("now"),
            "java.time.LocalDateTime", Set.of("now"),
            "java.time.ZonedDateTime", Set.of("now"),
            "java.time.ZoneId", Set.of("systemDefault"),
            "java.time.InstantSource", Set.of("system"),
            "java.lang.System", Set.of("currentTimeMillis", "getenv"),
            "java.lang.Math", Set.of("random"),
            "java.util.Locale", Set.of("getDefault", "setDefault"),
            "java.util.TimeZone", Set.of("getDefault", "setDefault"));
    DescribedPredicate<JavaMethodCall> asksTheMachine =
        describe(
            "asks the machine for the time, chance, environment or locale",
            call ->
                ambient
                    .getOrDefault(call.getTargetOwner().getName(), Set.of())
                    .contains(call.getName()));
    noClasses()
        .that(describe("are not listed as ambient", type -> !isAmbient(type)))
        .should(callMethodWhere(asksTheMachine))
        .because(
            "the same project must give the same result on every machine and in every test."
                + " Take an InstantSource, a seed, an environment map or a Locale as a parameter")
        .check(shipped);
    noClasses()
        .should()
        .callConstructor(java.util.Random.class)
        .because(
            "chance without a seed cannot be repeated. Use new Random(seed) or a SplittableRandom")
        .check(shipped);
  }

  private static boolean isAmbient(JavaClass type) {
    JavaClass outer = type;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return AMBIENT.containsKey(outer.getName());
  }

  @Test
  void packages_areNullMarkedAndSayWhatTheyAre() {
    Set<String> described = new java.util.TreeSet<>();
    Set<String> all = new java.util.TreeSet<>();
    for (JavaClass type : shipped) {
      all.add(type.getPackageName());
      if (type.getSimpleName().equals("package-info")
          && type.isAnnotatedWith("org.jspecify.annotations.NullMarked")) {
        described.add(type.getPackageName());
      }
    }
    all.removeAll(described);
    assertThat(all)
        .as(
            "packages without a @NullMarked package-info: absence must be visible in types, and a"
                + " reader needs to know what a room is. Write package-info.java")
        .isEmpty();
  }

  @Test
  void sourceFiles_canBeReadInOneSitting() throws IOException {
    Path root = Path.of(System.getProperty("headrace.root"));
    Map<String, Long> tooLong = new TreeMap<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path sources : modules.map(module -> module.resolve("src")).toList()) {
        if (!Files.isDirectory(sources)) {
          continue;
        }
        try (Stream<Path> files = Files.walk(sources)) {
          for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
            long lines;
            try (Stream<String> text = Files.lines(file)) {
              lines = text.count();
            }
            if (lines > MAX_LINES && !LARGE_FILES.containsKey(file.getFileName().toString())) {
              tooLong.put(root.relativize(file).toString(), lines);
            }
          }
        }
      }
    }
    assertThat(tooLong)
        .as(
            "source files above %d lines: nobody reads them. Split them by idea, or list them in"
                + " LARGE_FILES with the reason",
            MAX_LINES)
        .isEmpty();
  }

  /** A rule that matched nothing would pass in silence: the accesses it is about must be seen. */
  @Test
  void importer_seesAccessesAcrossFloors() {
    assertThat(shipped.get("dev.headrace.cli.process.CliError").getDirectDependenciesFromSelf())
        .anyMatch(use -> use.getTargetClass().getName().equals("dev.headrace.spi.error.ErrorKind"));
    assertThat(shipped.get("dev.headrace.cli.process.Ambient").getAccessesFromSelf())
        .extracting(JavaAccess::getName)
        .contains("getenv");
  }
}

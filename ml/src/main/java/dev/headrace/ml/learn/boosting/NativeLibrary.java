package dev.headrace.ml.learn.boosting;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * XGBoost's C interface (c_api.h, version 2.1). Every function returns 0, or -1 with a text that
 * tells why; that becomes a LEARN_NATIVE_FAILED.
 */
@SuppressWarnings("restricted") // Native code is called here on purpose.
final class NativeLibrary {
  private static final int TEXT_LIMIT_BYTES = 1 << 16;

  private final SymbolLookup symbols;
  private final Linker linker = Linker.nativeLinker();
  private final MethodHandle lastError;

  final MethodHandle matrixFromColumns;
  final MethodHandle matrixSetInterface;
  final MethodHandle matrixSetTexts;
  final MethodHandle matrixFree;
  final MethodHandle boosterCreate;
  final MethodHandle boosterSetParameter;
  final MethodHandle boosterUpdate;
  final MethodHandle boosterEvaluate;
  final MethodHandle boosterSlice;
  final MethodHandle boosterSave;
  final MethodHandle boosterPredict;
  final MethodHandle boosterFree;

  private NativeLibrary(SymbolLookup symbols) {
    this.symbols = symbols;
    this.lastError = linker.downcallHandle(find("XGBGetLastError"), FunctionDescriptor.of(ADDRESS));
    this.matrixFromColumns = function("XGDMatrixCreateFromColumnar", ADDRESS, ADDRESS, ADDRESS);
    this.matrixSetInterface = function("XGDMatrixSetInfoFromInterface", ADDRESS, ADDRESS, ADDRESS);
    this.matrixSetTexts =
        function("XGDMatrixSetStrFeatureInfo", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    this.matrixFree = function("XGDMatrixFree", ADDRESS);
    this.boosterCreate = function("XGBoosterCreate", ADDRESS, JAVA_LONG, ADDRESS);
    this.boosterSetParameter = function("XGBoosterSetParam", ADDRESS, ADDRESS, ADDRESS);
    this.boosterUpdate = function("XGBoosterUpdateOneIter", ADDRESS, JAVA_INT, ADDRESS);
    this.boosterEvaluate =
        function("XGBoosterEvalOneIter", ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
    this.boosterSlice = function("XGBoosterSlice", ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    this.boosterSave = function("XGBoosterSaveModelToBuffer", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    this.boosterPredict =
        function(
            "XGBoosterPredictFromDMatrix", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    this.boosterFree = function("XGBoosterFree", ADDRESS);
  }

  private static final class Holder {
    static final NativeLibrary LOADED =
        load(
            System.getProperty("os.name", ""),
            System.getProperty("os.arch", ""),
            SymbolLookup::libraryLookup);
  }

  /**
   * The library, loaded once per process.
   *
   * @throws HeadraceException LEARN_NATIVE_MISSING
   */
  static NativeLibrary get() {
    try {
      return Holder.LOADED;
    } catch (ExceptionInInitializerError e) {
      if (e.getCause() instanceof HeadraceException told) {
        throw told;
      }
      throw e;
    } catch (NoClassDefFoundError e) {
      // The first attempt has failed and told why.
      throw missing("an earlier attempt to load it in this process failed", "", e);
    }
  }

  static NativeLibrary load(
      String system, String machine, BiFunction<Path, Arena, SymbolLookup> loader) {
    String resource = resource(system, machine);
    try (InputStream library = NativeLibrary.class.getResourceAsStream("/" + resource)) {
      if (library == null) {
        throw missing(
            "the distribution has none for " + system + " on " + machine,
            "Linux and macOS on x86_64 and aarch64 and Windows on x86_64 have one; 'logistic' and"
                + " 'linear' learn everywhere.",
            null);
      }
      Path directory = Files.createTempDirectory("headrace-xgboost");
      Path file = directory.resolve(Path.of(resource).getFileName().toString());
      try {
        Files.copy(library, file);
        waitWithoutSpinning(system);
        return new NativeLibrary(loader.apply(file, Arena.global()));
      } finally {
        delete(file, directory);
      }
    } catch (IOException e) {
      throw missing("it could not be unpacked: " + e.getMessage(), "Free some disk space.", e);
    } catch (IllegalArgumentException e) {
      throw missing(
          "the system's loader refused it, mostly because OpenMP (libgomp.so.1) is not installed",
          "Install libgomp1 (Debian, Ubuntu), libgomp (Red Hat) or libomp (macOS).",
          e);
    }
  }

  /**
   * OpenMP's threads spin while they wait for each other, which on a machine that does something
   * else too takes many times as long as sleeping. It asks the environment once, when it is loaded;
   * what the user has set there stays.
   */
  private static void waitWithoutSpinning(String system) {
    if (!system.equals("Linux")) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    linker
        .defaultLookup()
        .find("setenv")
        .ifPresent(
            address -> {
              MethodHandle set =
                  linker.downcallHandle(
                      address, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
              try (Arena arena = Arena.ofConfined()) {
                set.invokeWithArguments(
                    arena.allocateFrom("OMP_WAIT_POLICY"), arena.allocateFrom("PASSIVE"), 0);
              } catch (Throwable e) {
                throw new IllegalStateException("setenv did not return", e);
              }
            });
  }

  /** What is mapped into memory stays; Windows keeps an open file, and the system sweeps it. */
  private static void delete(Path file, Path directory) throws IOException {
    if (!file.toString().endsWith(".dll")) {
      Files.deleteIfExists(file);
      Files.deleteIfExists(directory);
    }
  }

  private static HeadraceException missing(String reason, String hint, @Nullable Throwable cause) {
    return new HeadraceException(
        LearnError.LEARN_NATIVE_MISSING,
        "Cannot grow trees with XGBoost: its native library is missing: " + reason + ".",
        hint,
        cause);
  }

  private static String resource(String system, String machine) {
    String name = system.toLowerCase(Locale.ROOT);
    String arch = machine.equals("amd64") ? "x86_64" : machine;
    if (name.startsWith("mac")) {
      return "lib/macos/" + arch + "/libxgboost4j.dylib";
    }
    if (name.startsWith("windows")) {
      return "lib/windows/" + arch + "/xgboost4j.dll";
    }
    return "lib/linux/" + arch + "/libxgboost4j.so";
  }

  private MethodHandle function(String name, MemoryLayout... parameters) {
    return linker.downcallHandle(find(name), FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private MemorySegment find(String name) {
    return symbols
        .find(name)
        .orElseThrow(
            () -> missing("it lacks the function " + name, "Install Headrace anew.", null));
  }

  /**
   * Calls a function.
   *
   * @throws HeadraceException LEARN_NATIVE_FAILED with XGBoost's own words
   */
  void call(MethodHandle function, Object... arguments) {
    int code;
    try {
      code = (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("a call of XGBoost did not return", e);
    }
    if (code != 0) {
      throw new HeadraceException(
          LearnError.LEARN_NATIVE_FAILED,
          "Cannot grow trees: XGBoost refused a call: " + reason() + ".",
          "");
    }
  }

  private String reason() {
    try {
      MemorySegment text = (MemorySegment) lastError.invokeExact();
      String whole = text.reinterpret(TEXT_LIMIT_BYTES).getString(0);
      // The rest is a stack trace.
      try (Stream<String> lines = whole.lines()) {
        return lines
            .filter(line -> !line.isBlank())
            .findFirst()
            .orElse("it says no more")
            .replaceFirst("^\\[[^]]*] *\\S+:\\d+: *", "")
            .replaceFirst("\\.$", "");
      }
    } catch (Throwable e) {
      throw new IllegalStateException("a call of XGBoost did not return", e);
    }
  }
}

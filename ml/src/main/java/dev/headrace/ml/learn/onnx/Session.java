package dev.headrace.ml.learn.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.spi.error.HeadraceException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model inside ONNX Runtime. Thread-safe; its native memory goes when nothing holds it any more.
 * One thread computes one call: the same rows give the same bits, and requests run beside each
 * other.
 */
final class Session {
  private static final Cleaner CLEANER = Cleaner.create();

  private final OrtSession session;
  private final Map<String, NodeInfo> inputs;
  private final Map<String, NodeInfo> outputs;

  private Session(OrtSession session) throws OrtException {
    this.session = session;
    this.inputs = new LinkedHashMap<>(session.getInputInfo());
    this.outputs = new LinkedHashMap<>(session.getOutputInfo());
  }

  /**
   * Loads a file that {@link OnnxFile} found whole.
   *
   * @throws HeadraceException LEARN_ONNX, LEARN_NATIVE_MISSING
   */
  static Session open(byte[] bytes) {
    OrtEnvironment environment = environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      // Otherwise its own flat format, which nothing looks through, is told by its first bytes.
      options.addConfigEntry("session.load_model_format", "ONNX");
      OrtSession opened = environment.createSession(bytes, options);
      Session session = new Session(opened);
      CLEANER.register(session, () -> close(opened));
      return session;
    } catch (OrtException e) {
      throw OnnxModel.unusable(
          "ONNX Runtime " + environment.getVersion() + " refuses it: " + words(e),
          "Export it again for that version, and look at it with onnx.checker.",
          e);
    }
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("a session is closed once", e);
    }
  }

  /** The library, loaded once per process. */
  private static OrtEnvironment environment() {
    try {
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "headrace");
      environment.setTelemetry(false);
      return environment;
    } catch (OrtException | RuntimeException | LinkageError e) {
      throw new HeadraceException(
          LearnError.LEARN_NATIVE_MISSING,
          "Cannot run an ONNX model: ONNX Runtime's native library cannot be loaded on %s %s."
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch")),
          "Linux on x86_64 and aarch64, macOS on aarch64 and Windows on x86_64 have one; the"
              + " temporary directory needs 40 MB.",
          e);
    }
  }

  Map<String, NodeInfo> inputs() {
    return inputs;
  }

  Map<String, NodeInfo> outputs() {
    return outputs;
  }

  /** Makes a tensor of rows. */
  @FunctionalInterface
  interface Tensor {
    OnnxTensor of(OrtEnvironment environment) throws OrtException;
  }

  /** Reads a tensor that came out. */
  @FunctionalInterface
  interface Reading<T> {
    T of(OnnxTensor tensor) throws OrtException;
  }

  /**
   * Runs the model.
   *
   * @param tensors by the name of the input
   * @throws HeadraceException LEARN_ONNX_OUTPUT
   */
  <T> T run(Map<String, Tensor> tensors, String output, Reading<T> reading) {
    OrtEnvironment environment = environment();
    List<OnnxTensor> made = new ArrayList<>();
    try {
      Map<String, OnnxTensor> fed = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> one : tensors.entrySet()) {
        OnnxTensor tensor = one.getValue().of(environment);
        made.add(tensor);
        fed.put(one.getKey(), tensor);
      }
      try (OrtSession.Result result = session.run(fed, Set.of(output))) {
        OnnxValue value = result.get(0);
        if (!(value instanceof OnnxTensor tensor)) {
          throw OnnxModel.noPrediction("'%s' is no tensor".formatted(output), "");
        }
        return reading.of(tensor);
      }
    } catch (OrtException e) {
      throw new HeadraceException(
          LearnError.LEARN_ONNX_OUTPUT,
          "Cannot predict with the ONNX model: ONNX Runtime says: " + words(e) + ".",
          "Look at what the model does with such rows.",
          e);
    } finally {
      made.forEach(OnnxTensor::close);
      Reference.reachabilityFence(this);
    }
  }

  /** One line, without what is meant for those who debug the library. */
  private static String words(OrtException e) {
    String text = String.valueOf(e.getMessage());
    String line = text.lines().filter(one -> !one.isBlank()).findFirst().orElse("it says no more");
    return line.replaceFirst("^Error code - \\S+ - message: ", "").replaceFirst("\\.$", "").strip();
  }
}

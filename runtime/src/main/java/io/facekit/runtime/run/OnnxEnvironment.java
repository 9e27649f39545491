package io.facekit.runtime.run;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.runtime.file.Leftovers;
import java.util.List;
import java.util.Locale;

/** The one environment of ONNX Runtime in this process, loaded when first asked for. */
final class OnnxEnvironment {
  private static final String NATIVE_PATH = "onnxruntime.native.path";

  private OnnxEnvironment() {}

  /** Initialization on demand, so that the native library is loaded by the first use only. */
  private static final class Holder {
    static final OrtEnvironment ENVIRONMENT = Leftovers.whole(Holder::load);

    private static OrtEnvironment load() {
      if (System.getProperty(NATIVE_PATH) == null) {
        NativeCache.unpack(
                "onnxruntime",
                "ai/onnxruntime/native/" + platform(),
                List.of(
                    System.mapLibraryName("onnxruntime"),
                    System.mapLibraryName("onnxruntime4j_jni")))
            .ifPresent(folder -> System.setProperty(NATIVE_PATH, folder.toString()));
      }
      return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "facekit");
    }
  }

  static OrtEnvironment get() {
    try {
      return Holder.ENVIRONMENT;
    } catch (LinkageError | RuntimeException e) {
      throw Problem.of(ErrorId.RUNTIME_UNAVAILABLE, "ONNX Runtime cannot be loaded")
          .found(System.getProperty("os.name") + " " + System.getProperty("os.arch"))
          .hint("facekit doctor")
          .asException(e);
    }
  }

  static OrtSession.SessionOptions sessionOptions(OnnxRunner.Options options) throws OrtException {
    OrtSession.SessionOptions session = new OrtSession.SessionOptions();
    try {
      session.setExecutionMode(ExecutionMode.SEQUENTIAL);
      session.setIntraOpNumThreads(options.threads());
      session.setInterOpNumThreads(1);
      session.setDeterministicCompute(true);
      if (options.signedCodes()) {
        session.addConfigEntry("session.qdqisint8allowed", "1");
      }
      session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      session.setOptimizationLevel(
          switch (options.optimization()) {
            case NONE -> OptLevel.NO_OPT;
            case BASIC -> OptLevel.BASIC_OPT;
            case EXTENDED -> OptLevel.EXTENDED_OPT;
            case ALL -> OptLevel.ALL_OPT;
          });
      return session;
    } catch (OrtException e) {
      session.close();
      throw e;
    }
  }

  /** ONNX Runtime's name of the platform, as in its jar. */
  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String family = os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux";
    return family + (arch.equals("aarch64") || arch.equals("arm64") ? "-aarch64" : "-x64");
  }
}

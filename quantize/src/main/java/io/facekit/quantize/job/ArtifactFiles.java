package io.facekit.quantize.job;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.quant.Target;
import io.facekit.core.tflite.TfliteVerifier;
import io.facekit.core.torch.ModelKind;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.Runner;
import io.facekit.runtime.run.TfliteRunner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Artifacts as files: verified, and opened in the runtime that they are for. */
final class ArtifactFiles {
  private ArtifactFiles() {}

  /** Opens an artifact of facekit's; a TFLite file passes facekit's own verifier first. */
  static Runner open(Path file, int threads, Target target) {
    return target.isTflite()
        ? openTflite(file, TfliteVerifier.verify(ByteBuffer.wrap(bytes(file))), threads)
        : OnnxRunner.open(file, OnnxRunner.Options.DEFAULT.forCodesOf(target));
  }

  /**
   * Opens an artifact of anybody's. What is wrong with it is the file's fault, not facekit's.
   *
   * @param kind {@link ModelKind#ONNX} or {@link ModelKind#TFLITE}
   */
  static Runner openForeign(Path file, ModelKind kind) {
    try {
      return kind == ModelKind.TFLITE
          ? openTflite(file, TfliteVerifier.verifyForeign(ByteBuffer.wrap(bytes(file))), 1)
          : OnnxRunner.open(file);
    } catch (FacekitException e) {
      throw foreign(file, e);
    }
  }

  /** What a fault that would be ours in our own artifact means for somebody else's. */
  static FacekitException foreign(Path file, FacekitException e) {
    Problem first = e.problems().get(0);
    return switch (first.id()) {
      case VERIFY_FORMAT ->
          Problem.of(ErrorId.KIND_UNKNOWN, "the TFLite model is damaged")
              .at(first.at() == null ? file.toString() : file + ", " + first.at())
              .found(first.what())
              .asException(e);
      case RUNTIME_FAILED ->
          new Problem(ErrorId.KIND_UNSUPPORTED, first.what(), file.toString(), first.found(), null)
              .asException(e);
      default -> e;
    };
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw Problem.of(ErrorId.INPUT_FAILED, "the file cannot be read")
          .at(file.toString())
          .asException(e);
    }
  }

  private static Runner openTflite(Path file, List<Problem> problems, int threads) {
    if (!problems.isEmpty()) {
      throw new FacekitException(problems, null);
    }
    return TfliteRunner.open(file, threads, true);
  }
}

package io.facekit.quantize.job;

import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.quant.Target;
import io.facekit.core.tflite.TfliteVerifier;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.Runner;
import io.facekit.runtime.run.TfliteRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Artifacts as files: verified, and opened in the runtime that they are for. */
final class ArtifactFiles {
  private ArtifactFiles() {}

  /** Opens an artifact; a TFLite file passes facekit's own verifier first. */
  static Runner open(Path file, int threads) {
    return isTflite(file) ? openTflite(file, threads) : OnnxRunner.open(file);
  }

  private static Runner openTflite(Path file, int threads) {
    try {
      List<Problem> problems = TfliteVerifier.verify(ByteBuffer.wrap(Files.readAllBytes(file)));
      if (!problems.isEmpty()) {
        throw new FacekitException(problems, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return TfliteRunner.open(file, threads, true);
  }

  static boolean isTflite(Path file) {
    return file.toString().endsWith(Target.TFLITE_XNNPACK.extension());
  }
}

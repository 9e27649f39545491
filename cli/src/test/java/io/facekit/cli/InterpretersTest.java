package io.facekit.cli;

import io.facekit.cli.TfliteFiles.Kind;
import io.facekit.runtime.face.PreprocessingPreset;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TensorFlow Lite's own kernels against XNNPACK, on the sample model's files. */
class InterpretersTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP16", "INT8"})
  void plainKernelsAgreeWithXnnpack(Kind kind) throws Exception {
    TfliteFiles files = new TfliteFiles(folder, Facekit.SAMPLE, PreprocessingPreset.FACEPLUGIN);
    float[] faces = files.faces();
    Path file = files.write(kind);
    for (int batch : new int[] {1, 7}) {
      Agreement found =
          Agreement.of(
              TfliteFiles.run(file, true, batch, faces),
              TfliteFiles.run(file, false, batch, faces),
              TfliteFiles.FACES);
      InterpreterBounds.otherKernels(kind + ", batch " + batch, kind, found);
    }
  }
}

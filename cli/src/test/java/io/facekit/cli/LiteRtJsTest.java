package io.facekit.cli;

import io.facekit.cli.TfliteFiles.Kind;
import io.facekit.runtime.face.Preprocessing;
import io.facekit.runtime.face.PreprocessingPreset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * LiteRT.js, XNNPACK and TensorFlow Lite's own kernels, each with each. Needs node; the profile
 * {@code litertjs} turns it on, {@code scripts/litertjs.sh} installs and runs all of it.
 */
@EnabledIfSystemProperty(named = "facekit.litertjs", matches = "true")
class LiteRtJsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "P, FACEPLUGIN, ''",
    "X, XIAOCCER, models/torch/x-traced-213.pt",
    "F, FOAMLIU, models/torch/f-traced-213.pt"
  })
  void threeInterpretersAgree(String name, PreprocessingPreset preset, String shared)
      throws Exception {
    Path model = shared.isEmpty() ? Facekit.SAMPLE : Facekit.shared().resolve(shared);
    Assumptions.assumeTrue(Files.exists(model), "no shared folder");
    TfliteFiles files = new TfliteFiles(folder, model, preset);
    float[] faces = files.faces();
    List<String> figures = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Path file = files.write(kind);
      for (int batch : new int[] {1, 2, 7}) {
        compare(name, kind, file, batch, preset.preprocessing(), faces, figures);
      }
    }
    Files.write(Path.of("target", "litertjs-" + name + ".txt"), figures);
  }

  private void compare(
      String name,
      Kind kind,
      Path file,
      int batch,
      Preprocessing size,
      float[] faces,
      List<String> figures)
      throws IOException, InterruptedException {
    float[] xnnpack = TfliteFiles.run(file, true, batch, faces);
    float[] plain = TfliteFiles.run(file, false, batch, faces);
    float[] js = new LiteRtJs(folder).run(file, size.height(), size.width(), batch, faces);
    String what = name + ", " + kind + ", batch " + batch + ": ";
    Agreement kernels = Agreement.of(xnnpack, plain, TfliteFiles.FACES);
    Agreement both = Agreement.of(js, plain, TfliteFiles.FACES);
    Agreement processor = Agreement.of(xnnpack, js, TfliteFiles.FACES);
    figures.add(what + "XNNPACK and plain kernels: " + kernels);
    figures.add(what + "LiteRT.js and plain kernels: " + both);
    figures.add(what + "XNNPACK and LiteRT.js: " + processor);
    InterpreterBounds.otherKernels(what + "XNNPACK and plain kernels", kind, kernels);
    InterpreterBounds.otherKernels(what + "LiteRT.js and plain kernels", kind, both);
    InterpreterBounds.otherProcessor(what + "XNNPACK and LiteRT.js", kind, processor);
  }
}

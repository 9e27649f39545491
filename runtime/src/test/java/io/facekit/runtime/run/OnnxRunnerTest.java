package io.facekit.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.runtime.SharedFolder;
import io.facekit.runtime.run.OnnxRunner.Optimization;
import io.facekit.runtime.run.Runner.ImageSize;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRunnerTest {
  private static final String MODEL = "models/faceplugin-fr_feature.onnx";
  private static final int ROW = 512;

  @TempDir Path folder;

  @Test
  void givesTheRecordedRows() {
    float[] input = SharedFolder.floats("models/torch/faces-rgb-127-128.input.f32");
    float[] expected = SharedFolder.floats("models/torch/p-traced-213.output.f32");
    try (OnnxRunner runner = OnnxRunner.open(SharedFolder.path(MODEL))) {
      assertThat(runner.runtime()).isEqualTo("ONNX Runtime 1.26.0");
      assertThat(runner.inputSize()).isEqualTo(new ImageSize(3, 112, 112));
      int elements = runner.inputSize().elements();
      for (int i = 0; i < 4; i++) {
        float[] row = runner.run(Arrays.copyOfRange(input, i * elements, (i + 1) * elements), 1);
        float[] recorded = Arrays.copyOfRange(expected, i * ROW, (i + 1) * ROW);
        assertThat(Difference.max(row, recorded)).isLessThan(1e-5);
      }
    }
  }

  @Test
  void refusesABatchThatTheModelDoesNotTake() {
    try (OnnxRunner runner = OnnxRunner.open(SharedFolder.path(MODEL))) {
      float[] two = new float[2 * runner.inputSize().elements()];
      assertThatThrownBy(() -> runner.run(two, 2))
          .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.GRAPH_BATCH));
    }
  }

  @Test
  void handsOverTheSameValuesFromKeptBuffers() {
    float[] faces = SharedFolder.floats("models/torch/faces-rgb-127-128.input.f32");
    try (OnnxRunner runner = OnnxRunner.open(SharedFolder.path(MODEL))) {
      int elements = runner.inputSize().elements();
      List<String> outputs = runner.outputNames();
      float[] seen = new float[ROW];
      for (int i = 0; i < 4; i++) {
        float[] face = Arrays.copyOfRange(faces, i * elements, (i + 1) * elements);
        runner.runAll(
            face,
            1,
            outputs,
            (name, values) -> {
              assertThat(name).isEqualTo(outputs.get(0));
              values.get(seen);
            });
        assertThat(seen).isEqualTo(runner.run(face, 1));
      }
    }
  }

  @Test
  void optimizesToAGraphThatGivesTheSameRows() {
    Path model = SharedFolder.path(MODEL);
    float[] face =
        Arrays.copyOf(
            SharedFolder.floats("models/torch/faces-rgb-127-128.input.f32"), 3 * 112 * 112);
    byte[] optimized = OnnxRunner.optimize(model, Optimization.EXTENDED);
    assertThat(OnnxRunner.optimize(model, Optimization.EXTENDED)).isEqualTo(optimized);
    try (OnnxRunner before = OnnxRunner.open(model);
        OnnxRunner after = OnnxRunner.open(optimized, OnnxRunner.Options.DEFAULT)) {
      assertThat(Difference.max(before.run(face, 1), after.run(face, 1))).isLessThan(1e-5);
    }
  }

  @Test
  void refusesWhatIsNoModel() {
    assertThatThrownBy(() -> OnnxRunner.open(new byte[100], OnnxRunner.Options.DEFAULT))
        .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.RUNTIME_FAILED));
    assertThatThrownBy(() -> OnnxRunner.open(folder.resolve("no.onnx")))
        .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.FILE_NOT_FOUND));
  }

  @Test
  void unpacksTheLibraryOnceAndRepairsIt() throws Exception {
    List<String> files = List.of(System.mapLibraryName("onnxruntime4j_jni"));
    String source = "ai/onnxruntime/native/linux-x64";
    Path unpacked = NativeCache.unpack(folder, "ort", source, files).orElseThrow();
    Path library = unpacked.resolve(files.get(0));
    byte[] intact = java.nio.file.Files.readAllBytes(library);
    byte[] damaged = intact.clone();
    damaged[100] ^= 1;
    java.nio.file.Files.write(library, damaged);
    assertThat(NativeCache.unpack(folder, "ort", source, files)).contains(unpacked);
    assertThat(library).hasBinaryContent(intact);
    assertThat(NativeCache.unpack(folder, "ort", "no/such/folder", files)).isEmpty();
  }

  private static ErrorId id(Throwable e) {
    return ((FacekitException) e).problems().get(0).id();
  }
}

package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import io.facekit.core.onnx.OnnxSummary;
import io.facekit.core.tflite.TflitePrinter;
import io.facekit.core.tflite.TfliteVerifier;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.Runner;
import io.facekit.runtime.run.TfliteRunner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported artifacts against outputs that PyTorch recorded. */
class ExportTest {
  private static final Path SAMPLE = Facekit.ROOT.resolve("models/mobilefacenet.pt");
  private static final int IMAGES = 4;

  @TempDir Path folder;

  private static float[] floats(Path file) throws IOException {
    ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] out = new float[b.remaining() / 4];
    b.asFloatBuffer().get(out);
    return out;
  }

  private static Run export(Object... arguments) throws Exception {
    Object[] all = new Object[arguments.length + 1];
    all[0] = "export";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Run run = Facekit.run(all);
    assertThat(run.exit()).as(run.err()).isZero();
    return run;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p-traced-113",
        "p-traced-213",
        "p-frozen-213",
        "p-half-traced-213",
        "p-front-baked-213",
        "f-traced-213",
        "x-traced-213"
      })
  void equalsWhatPyTorchRecorded(String name) throws Exception {
    Path models = Facekit.shared().resolve("models/torch");
    Assumptions.assumeTrue(Files.exists(models.resolve(name + ".pt")));
    JsonNode io = new ObjectMapper().readTree(models.resolve(name + ".io.json").toFile());
    float[] input = floats(models.resolve(io.at("/inputs/0/file").asText()));
    float[] expected = floats(models.resolve(io.at("/outputs/0/file").asText()));
    for (String extension : new String[] {".onnx", ".tflite"}) {
      Path artifact = folder.resolve(name + extension);
      export(models.resolve(name + ".pt"), "-o", artifact, "--no-torch-check");
      try (Runner runner =
          extension.equals(".onnx")
              ? OnnxRunner.open(artifact)
              : TfliteRunner.open(artifact, 1, true)) {
        compare(runner, input, expected, name.contains("half"));
        rowsDoNotDependOnTheBatch(runner, input);
      }
    }
  }

  private static void compare(Runner runner, float[] input, float[] expected, boolean half) {
    float[] output = runner.run(input, IMAGES);
    assertThat(output).hasSameSizeAs(expected);
    int width = output.length / IMAGES;
    for (int r = 0; half && r < IMAGES; r++) {
      double dot = 0;
      double a = 0;
      double b = 0;
      for (int i = r * width; i < (r + 1) * width; i++) {
        dot += (double) output[i] * expected[i];
        a += (double) output[i] * output[i];
        b += (double) expected[i] * expected[i];
      }
      assertThat(dot / Math.sqrt(a * b)).isGreaterThanOrEqualTo(0.9999);
    }
    if (!half) {
      float tolerance = 1e-4f * range(expected);
      for (int i = 0; i < output.length; i++) {
        assertThat(output[i]).isCloseTo(expected[i], within(tolerance));
      }
    }
  }

  private static float range(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[0];
  }

  private static void rowsDoNotDependOnTheBatch(Runner runner, float[] input) {
    int elements = input.length / IMAGES;
    for (int batch : new int[] {2, 7}) {
      float[] images = new float[batch * elements];
      for (int n = 0; n < batch; n++) {
        System.arraycopy(input, n % IMAGES * elements, images, n * elements, elements);
      }
      float[] rows = runner.run(images, batch);
      int width = rows.length / batch;
      for (int n = 0; n < batch; n++) {
        float[] one = runner.run(Arrays.copyOfRange(images, n * elements, (n + 1) * elements), 1);
        for (int i = 0; i < width; i++) {
          assertThat(rows[n * width + i]).isCloseTo(one[i], within(1e-5f * range(one)));
        }
      }
    }
  }

  @Test
  void onnxIsWhatUsersExpect() throws Exception {
    Path artifact = folder.resolve("p.onnx");
    Run run = export(SAMPLE, "-o", artifact);
    assertThat(run.out()).contains("equals libtorch");
    OnnxSummary summary = OnnxSummary.of(Files.readAllBytes(artifact));
    assertThat(summary.opset()).isEqualTo(17);
    assertThat(summary.inputs()).containsExactly("input float [batch, 3, 112, 112]");
    assertThat(summary.outputs()).containsExactly("output float [batch, 512]");
    assertThat(summary.typeCounts())
        .containsEntry("Conv", 49)
        .containsEntry("PRelu", 33)
        .containsEntry("Flatten", 1)
        .containsEntry("Gemm", 1)
        .doesNotContainKeys("BatchNormalization", "Reshape", "Shape");
    assertThat(summary.nodes()).anyMatch(n -> n.name().equals("conv_23.conv_dw.conv"));
    assertThat(summary.metadata().get("facekit.verified")).startsWith("equal to libtorch");
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 21})
  void otherOpsets(int opset) throws Exception {
    Path artifact = folder.resolve("p.onnx");
    export(SAMPLE, "-o", artifact, "--opset", opset, "--no-torch-check");
    assertThat(OnnxSummary.of(Files.readAllBytes(artifact)).opset()).isEqualTo(opset);
  }

  @Test
  void tfliteIsWhatUsersExpect() throws Exception {
    Path artifact = folder.resolve("p.tflite");
    export(SAMPLE, "-o", artifact, "--no-torch-check");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(artifact));
    assertThat(TfliteVerifier.verify(bytes)).isEmpty();
    assertThat(Files.readString(artifact, StandardCharsets.ISO_8859_1)).contains("serving_default");
    assertThat(TflitePrinter.print(bytes))
        .contains("input: float32[?,112,112,3]")
        .doesNotContain("TRANSPOSE", "RESHAPE");
    try (TfliteRunner runner = TfliteRunner.open(artifact, 1, true)) {
      assertThat(runner.partitions()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".onnx", ".tflite"})
  void float16Weights(String extension) throws Exception {
    Path artifact = folder.resolve("half" + extension);
    export(SAMPLE, "-o", artifact, "--fp16");
    assertThat(Files.size(artifact)).isLessThan(2_500_000);
  }
}

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
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported artifacts against outputs that PyTorch recorded. */
class ExportTest {
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
    Run run = Facekit.inProcess(all);
    assertThat(run.exit()).as(run.err()).isZero();
    return run;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p-traced-113.pt",
        "p-traced-213.pt",
        "p-scripted-113.pt",
        "p-scripted-213.pt",
        "p-frozen-213.pt",
        "p-half-traced-213.pt",
        "p-front-baked-213.pt",
        "p-front-mobile-noprepack-113.pt",
        "p-export-213.pt2",
        "f-scripted-213.pt",
        "f-traced-213.pt",
        "f-export-213.pt2",
        "x-traced-213.pt"
      })
  void equalsWhatPyTorchRecorded(String file) throws Exception {
    Path models = Facekit.shared().resolve("models/torch");
    Assumptions.assumeTrue(Files.exists(models.resolve(file)));
    String name = file.substring(0, file.lastIndexOf('.'));
    JsonNode io = new ObjectMapper().readTree(models.resolve(name + ".io.json").toFile());
    float[] input = floats(models.resolve(io.at("/inputs/0/file").asText()));
    float[] expected = floats(models.resolve(io.at("/outputs/0/file").asText()));
    for (String extension : new String[] {".onnx", ".tflite"}) {
      Path artifact = folder.resolve(name + extension);
      export(models.resolve(file), "-o", artifact, "--no-torch-check");
      isSound(artifact);
      try (Runner runner = open(artifact)) {
        compare(runner, input, expected, name.contains("half"));
        rowsDoNotDependOnTheBatch(runner, input);
      }
    }
  }

  @Test
  void exportedProgramsAreComparedWithLibtorchToo() throws Exception {
    Path model = Facekit.shared().resolve("models/torch/p-export-213.pt2");
    Assumptions.assumeTrue(Files.exists(model));
    Run run = export(model, "-o", folder.resolve("p.onnx"));
    assertThat(run.out()).contains("p.onnx equals libtorch 2.7");
  }

  /** scripts/make-scripted-models.py says what is in them. */
  @ParameterizedTest
  @ValueSource(strings = {"lists", "returns", "loops", "checks", "embedding"})
  void smallScriptsEqualLibtorch(String name) throws Exception {
    Path model = folder.resolve("scripted-" + name + ".pt");
    try (InputStream in = ExportTest.class.getResourceAsStream("models/" + model.getFileName())) {
      Files.copy(Objects.requireNonNull(in), model);
    }
    Run run = export(model, "-o", folder.resolve(name + ".onnx"), "--input-size", "8x16");
    assertThat(run.out()).contains("equals libtorch");
    if (name.equals("embedding")) {
      run = export(model, "-o", folder.resolve(name + ".tflite"), "--input-size", "8x16");
      assertThat(run.out()).contains("equals libtorch");
    }
  }

  /** ONNX files of other exporters, against outputs that were recorded in their own runtime. */
  @ParameterizedTest
  @CsvSource({"faceplugin-fr_feature.onnx, p-frozen-213", "torch/misnamed-onnx.pt, misnamed-onnx"})
  void onnxFilesEqualWhatWasRecorded(String file, String recorded) throws Exception {
    Path models = Facekit.shared().resolve("models");
    Path source = models.resolve(file);
    Assumptions.assumeTrue(Files.exists(source));
    JsonNode io =
        new ObjectMapper().readTree(models.resolve("torch/" + recorded + ".io.json").toFile());
    float[] input = floats(models.resolve("torch").resolve(io.at("/inputs/0/file").asText()));
    float[] expected = floats(models.resolve("torch").resolve(io.at("/outputs/0/file").asText()));
    for (String extension : new String[] {".onnx", ".tflite"}) {
      Path artifact = folder.resolve(recorded + extension);
      Run run = export(source, "-o", artifact);
      assertThat(run.out()).contains("equals its source in ONNX Runtime");
      isSound(artifact);
      try (Runner runner = open(artifact)) {
        compare(runner, input, expected, false);
        rowsDoNotDependOnTheBatch(runner, input);
        assertThat(runner.run(Arrays.copyOf(input, 7 * input.length / IMAGES), 7))
            .hasSize(7 * expected.length / IMAGES);
      }
    }
  }

  private static void isSound(Path artifact) throws IOException {
    if (artifact.toString().endsWith(".onnx")) {
      OnnxCheck.passes(artifact);
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(artifact));
    assertThat(TfliteVerifier.verify(bytes)).isEmpty();
    assertThat(TflitePrinter.print(bytes))
        .contains("in  input: float32[?,")
        .doesNotContain("TRANSPOSE");
    assertThat(Files.readString(artifact, StandardCharsets.ISO_8859_1)).contains("serving_default");
  }

  private static void compare(Runner runner, float[] input, float[] expected, boolean half) {
    float[] output = runner.run(input, IMAGES);
    assertThat(output).hasSameSizeAs(expected);
    if (half) {
      assertThat(smallestCosine(output, expected)).isGreaterThanOrEqualTo(0.9999);
    } else {
      float tolerance = 1e-4f * range(expected);
      for (int i = 0; i < output.length; i++) {
        assertThat(output[i]).isCloseTo(expected[i], within(tolerance));
      }
    }
  }

  private static double smallestCosine(float[] one, float[] other) {
    int width = one.length / IMAGES;
    double smallest = 1;
    for (int r = 0; r < IMAGES; r++) {
      double dot = 0;
      double a = 0;
      double b = 0;
      for (int i = r * width; i < (r + 1) * width; i++) {
        dot += (double) one[i] * other[i];
        a += (double) one[i] * one[i];
        b += (double) other[i] * other[i];
      }
      smallest = Math.min(smallest, dot / Math.sqrt(a * b));
    }
    return smallest;
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
    Run run = Facekit.run("export", Facekit.SAMPLE, "-o", artifact);
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("equals libtorch");
    OnnxCheck.passes(artifact);
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
    Path usual = folder.resolve("usual.onnx");
    Path artifact = folder.resolve("p.onnx");
    export(Facekit.SAMPLE, "-o", usual, "--no-torch-check");
    export(Facekit.SAMPLE, "-o", artifact, "--opset", opset, "--no-torch-check");
    OnnxCheck.passes(artifact);
    assertThat(OnnxSummary.of(Files.readAllBytes(artifact)).opset()).isEqualTo(opset);
    assertThat(run(artifact)).isEqualTo(run(usual));
  }

  private static Runner open(Path artifact) {
    return artifact.toString().endsWith(".onnx")
        ? OnnxRunner.open(artifact)
        : TfliteRunner.open(artifact, 1, true);
  }

  /** The embeddings of seeded noise. */
  private static float[] run(Path artifact) {
    try (Runner runner = open(artifact)) {
      SplittableRandom random = new SplittableRandom(7);
      float[] noise = new float[IMAGES * runner.inputSize().elements()];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (float) (2 * random.nextDouble() - 1);
      }
      return runner.run(noise, IMAGES);
    }
  }

  @Test
  void tfliteIsWhatUsersExpect() throws Exception {
    Path artifact = folder.resolve("p.tflite");
    export(Facekit.SAMPLE, "-o", artifact, "--no-torch-check");
    isSound(artifact);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(artifact));
    assertThat(TflitePrinter.print(bytes))
        .contains("in  input: float32[?,112,112,3]")
        .contains("output: float32[?,512]")
        .doesNotContain("RESHAPE");
    try (TfliteRunner runner = TfliteRunner.open(artifact, 1, true)) {
      assertThat(runner.partitions()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".onnx", ".tflite"})
  void float16Weights(String extension) throws Exception {
    Path full = folder.resolve("full" + extension);
    Path half = folder.resolve("half" + extension);
    export(Facekit.SAMPLE, "-o", full);
    Run run = export(Facekit.SAMPLE, "-o", half, "--fp16");
    assertThat(run.out()).contains("equals libtorch");
    isSound(half);
    assertThat(Files.size(half)).isLessThan(Files.size(full) * 52 / 100);
    assertThat(smallestCosine(run(half), run(full))).isGreaterThanOrEqualTo(0.9999);
  }
}

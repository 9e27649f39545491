package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import io.facekit.core.onnx.OnnxSummary;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.Runner;
import io.facekit.runtime.run.TfliteRunner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights without a graph, from the command line to the real runtimes. */
class CheckpointTest {
  private static final int IMAGES = 4;

  @TempDir Path folder;

  private static Path model(String name) {
    Path file = Facekit.shared().resolve("models").resolve(name);
    Assumptions.assumeTrue(Files.exists(file));
    return file;
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] out = new float[b.remaining() / 4];
    b.asFloatBuffer().get(out);
    return out;
  }

  @ParameterizedTest
  @CsvSource({
    "torch/p-state-dict-zip.pth, p-state-dict-zip",
    "torch/p-state-dict-legacy-half.pth, p-state-dict-legacy-half",
    "torch/p-checkpoint-half-213.tar, p-checkpoint-half-213",
    "foamliu-state-dict.pt, f-traced-213",
    "xiaoccer-068.ckpt, x-traced-213"
  })
  void equalsWhatPyTorchRecorded(String file, String recorded) throws Exception {
    Path weights = model(file);
    Path torch = Facekit.shared().resolve("models/torch");
    JsonNode io = new ObjectMapper().readTree(torch.resolve(recorded + ".io.json").toFile());
    float[] input = floats(torch.resolve(io.at("/inputs/0/file").asText()));
    float[] expected = floats(torch.resolve(io.at("/outputs/0/file").asText()));
    float[] sorted = expected.clone();
    Arrays.sort(sorted);
    float tolerance = 1e-4f * (sorted[sorted.length - 1] - sorted[0]);
    for (String extension : new String[] {".onnx", ".tflite"}) {
      Path artifact = folder.resolve("model" + extension);
      Run run = Facekit.inProcess("export", weights, "-o", artifact, "--no-torch-check");
      assertThat(run.exit()).as(run.err()).isZero();
      try (Runner runner =
          extension.equals(".onnx")
              ? OnnxRunner.open(artifact)
              : TfliteRunner.open(artifact, 1, true)) {
        float[] output = runner.run(input, IMAGES);
        assertThat(output).hasSameSizeAs(expected);
        for (int i = 0; i < output.length; i++) {
          assertThat(output[i]).isCloseTo(expected[i], within(tolerance));
        }
      }
    }
  }

  @Test
  void whatTheWeightsDoNotShowIsSaid() throws Exception {
    Path artifact = folder.resolve("p.onnx");
    Run run = Facekit.run("export", model("torch/p-state-dict-zip.pth"), "-o", artifact);
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("the weights are those of TreB1eN MobileFaceNet", "before any L2 normalization");
    assertThat(run.out()).contains("equals libtorch");
    assertThat(OnnxSummary.of(Files.readAllBytes(artifact)).metadata().get("facekit.verified"))
        .startsWith("equal to libtorch");
  }

  @Test
  void inspectNamesTheArchitecture() {
    Run run = Facekit.inProcess("inspect", model("xiaoccer-068.ckpt"));
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Xiaoccer MobileFacenet, 128-d")
        .contains("112x96 RGB, (x - 127.5) / 128, NCHW")
        .contains("input f32[batch,3,112,96]");
  }

  @Test
  void otherWeightsAreRefused() {
    Path weights = model("torch/p-front.safetensors");
    Path artifact = folder.resolve("p.onnx");
    Run run = Facekit.inProcess("export", weights, "-o", artifact);
    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.err())
        .startsWith("error FK-AR-001: the file holds weights but no graph")
        .contains("safetensors file (no graph), 56 tensors; nearest: TreB1eN MobileFaceNet")
        .contains("torch.jit.trace(model.eval(), example).save(\"model.pt\")");
    assertThat(artifact).doesNotExist();
  }

  @Test
  void recipesThatContradictWarn() throws Exception {
    Path faces = Facekit.faces(folder.resolve("faces"), 2);
    Path recipe =
        Files.writeString(
            folder.resolve("raw.yaml"),
            """
            model: %s
            preprocessing: raw
            calibration: {images: %s, identities: {first: 2}}
            targets: [ort-x86]
            """
                .formatted(model("torch/p-state-dict-zip.pth"), faces));
    Run run =
        Facekit.inProcess(
            "quantize", "--config", recipe, "-o", folder.resolve("out"), "--no-torch-check");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("warning: the recipe's preprocessing is not one that TreB1eN MobileFaceNet");
  }
}

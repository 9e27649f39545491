package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import io.facekit.core.tflite.TfliteSummary;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One recipe for all delegates of TensorFlow Lite. */
class PhoneTargetsTest {
  @TempDir Path folder;

  @Test
  void eachTakesItsFileAsAWhole() throws Exception {
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            """
            model: %s
            preprocessing: faceplugin
            calibration: {images: %s, identities: {first: 6}}
            evaluation: {images: %s, identities: {last: 6}}
            targets: [tflite-xnnpack, tflite-gpu, tflite-nnapi, tflite-hexagon, tflite-edgetpu]
            """
                .formatted(Facekit.SAMPLE, Facekit.FACES, Facekit.FACES));
    Path out = folder.resolve("out");
    Run run = Facekit.inProcess("quantize", "--config", recipe, "-o", out, "--no-torch-check");
    assertThat(run.exit()).as(run.err()).isZero();
    ReportSchema.check(out.resolve("report.json"));
    JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());

    List<String> delegates = new ArrayList<>();
    for (JsonNode d : report.get("delegation")) {
      delegates.add(d.get("delegate").asText());
      assertThat(d.get("partitions").asInt()).as("%s", d).isEqualTo(1);
      List<String> left = d.get("left").findValuesAsText("op");
      boolean integersOnly = List.of("hexagon", "edgetpu").contains(d.get("delegate").asText());
      assertThat(left)
          .as("%s", d)
          .isEqualTo(integersOnly ? List.of("QUANTIZE", "DEQUANTIZE.v2") : List.of());
    }
    assertThat(delegates).containsExactly("xnnpack", "gpu", "nnapi", "hexagon", "edgetpu");

    assertThat(report.get("agreement")).hasSize(3);
    report
        .get("agreement")
        .forEach(a -> assertThat(a.get("cosineMean").asDouble()).as("%s", a).isGreaterThan(0.9995));
    Path gpu = out.resolve("mobilefacenet-fp16-tflite-gpu.tflite");
    assertThat(cosine(report, gpu)).isGreaterThan(0.9999);
    Map<String, String> metadata =
        TfliteSummary.of(ByteBuffer.wrap(Files.readAllBytes(gpu))).metadata();
    assertThat(metadata)
        .containsEntry("facekit.precision", "fp16")
        .containsEntry("reduced_precision_support", "fp16accfp16");
  }

  @Test
  void integersInAndOutLeaveNothingToTheCpu() throws Exception {
    Path recipe =
        Files.writeString(
            folder.resolve("integers.yaml"),
            """
            model: %s
            preprocessing: faceplugin
            calibration: {images: %s, identities: {first: 2}}
            targets: [tflite-edgetpu]
            io: int8
            """
                .formatted(Facekit.SAMPLE, Facekit.FACES));
    Path out = folder.resolve("integers");
    Run run = Facekit.inProcess("quantize", "--config", recipe, "-o", out, "--no-torch-check");
    assertThat(run.exit()).as(run.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
    assertThat(report.at("/delegation/0/left")).isEmpty();
    String inspected =
        Facekit.inProcess("inspect", out.resolve("mobilefacenet-int8-tflite-edgetpu.tflite")).out();
    assertThat(inspected)
        .contains("input: int8[1,112,112,3]", "output: int8[1,512]", "batch          fixed at 1")
        .contains("edgetpu        all operators in 1 partition");

    Path mixed =
        Files.writeString(
            recipe,
            Files.readString(recipe)
                + "precision: {rules: [{select: 'conv1.**', precision: fp16}]}\n");
    Run refused =
        Facekit.inProcess("quantize", "--config", mixed, "-o", out, "--force", "--no-torch-check");
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err())
        .contains("an input cannot be int8", "conv1.conv")
        .doesNotContain("calibrate");
    Run unknown = Facekit.inProcess("quantize", "--config", mixed, "--io", "int16");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("'int16' is not float32, int8 or uint8");
  }

  @Test
  void aBatchIsFixedOnRequest() {
    Path file = folder.resolve("seven.tflite");
    Run run =
        Facekit.inProcess("export", Facekit.SAMPLE, "-o", file, "--batch", 7, "--no-torch-check");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(Facekit.inProcess("inspect", file).out())
        .contains("batch          fixed at 7", "input: float32[7,112,112,3]");
    for (Object[] wrong :
        new Object[][] {{folder.resolve("x.tflite"), 0}, {folder.resolve("x.onnx"), 2}}) {
      Run refused =
          Facekit.inProcess("export", Facekit.SAMPLE, "-o", wrong[0], "--batch", wrong[1]);
      assertThat(refused.exit()).isEqualTo(2);
      assertThat(refused.err()).contains("--batch");
    }
  }

  private static double cosine(JsonNode report, Path artifact) {
    for (JsonNode c : report.get("cosine")) {
      if (c.get("artifact").asText().equals(String.valueOf(artifact.getFileName()))) {
        return c.at("/drift/mean").asDouble();
      }
    }
    throw new AssertionError(artifact + " is not in the report");
  }
}

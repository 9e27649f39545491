package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import io.facekit.core.onnx.OnnxSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the preprocessing comes from that nobody states. */
class PreprocessingTest {
  @TempDir Path folder;

  private Path faces = Path.of("");

  @BeforeEach
  void faces() throws IOException {
    faces = Facekit.faces(folder.resolve("faces"), 2);
  }

  private Run quantize(Path model, String preprocessing, String output) throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            "calibration: {images: %s, identities: {first: 2}}\ntargets: [ort-x86]\n%s"
                .formatted(faces, preprocessing));
    return Facekit.inProcess(
        "quantize",
        model,
        "--config",
        recipe,
        "-o",
        folder.resolve(output),
        "--no-torch-check",
        "--force");
  }

  private JsonNode report(String output) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(output + "/report.json").toFile());
  }

  private String metadata(String file, String key) throws IOException {
    return OnnxSummary.of(Files.readAllBytes(folder.resolve(file)))
        .metadata()
        .getOrDefault(key, "");
  }

  @Test
  void aRecognisedArchitectureTellsIt() throws IOException {
    Path model = SampleWeights.cavaface(folder.resolve("m.safetensors"));
    Run run = quantize(model, "", "told");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err())
        .contains(
            "preprocessing: 112x112 RGB, (x / 255 - 0.5) / 0.5, NCHW (cavaface, usual for cavaface"
                + " MobileFaceNet); preprocessing: in the recipe changes it")
        .doesNotContain("warning: the recipe's preprocessing");
    assertThat(report("told").at("/model/preprocessing/std/0").asDouble()).isEqualTo(0.5);
    assertThat(metadata("told/m-int8.onnx", "facekit.preprocessing"))
        .contains("\"channels\":\"RGB\"");

    assertThat(quantize(model, "preprocessing: cavaface\n", "stated").exit()).isZero();
    assertThat(folder.resolve("told/m-int8.onnx"))
        .as("the effective recipe decides, not its spelling")
        .hasSameBinaryContentAs(folder.resolve("stated/m-int8.onnx"));
  }

  @Test
  void anOnnxFileOfFacekitTellsIt() throws IOException {
    Path model = folder.resolve("m.onnx");
    Run export =
        Facekit.inProcess(
            "export",
            Facekit.SAMPLE,
            "-o",
            model,
            "--no-torch-check",
            "--preprocessing",
            "faceplugin");
    assertThat(export.exit()).as(export.err()).isZero();
    assertThat(export.err()).doesNotContain("preprocessing: ");
    Run run = quantize(model, "", "told");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("preprocessing: 112x112 RGB, (x - 127) / 128, NCHW (as the file says); ");
    assertThat(report("told").at("/model/preprocessing/mean/0").asDouble()).isEqualTo(127);

    Run contradicted = quantize(model, "preprocessing: treb1en\n", "contradicted");
    assertThat(contradicted.exit()).as(contradicted.err()).isZero();
    assertThat(contradicted.err())
        .contains(
            "warning: the model's file wants 112x112 RGB, (x - 127) / 128, NCHW, but the recipe's"
                + " preprocessing goes before");

    Run again = Facekit.inProcess("export", model, "-o", folder.resolve("again.onnx"));
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.err()).contains("(as the file says); --preprocessing changes it");
    assertThat(metadata("again.onnx", "facekit.preprocessing"))
        .isEqualTo(metadata("m.onnx", "facekit.preprocessing"));
  }

  @Test
  void anAmbiguousArchitectureIsAnErrorThatNamesTheChoice() throws IOException {
    Run run = quantize(Facekit.SAMPLE, "", "out");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("error FK-RC-006: neither the recipe nor the model says how faces are prepared")
        .contains("recipe.yaml")
        .contains("TreB1eN MobileFaceNet, 512-d, preprocessing one of treb1en, cavaface")
        .contains("add preprocessing: NAME, as the model was trained; names are insightface, ");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}

package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What facekit says about the sample and about what it made of it. */
class InspectTest {
  private static final String PARAMETERS = "1,190,336";

  @TempDir static Path folder;

  @BeforeAll
  static void export() {
    for (String name : new String[] {"p.onnx", "p.tflite"}) {
      Run run =
          Facekit.inProcess(
              "export",
              Facekit.SAMPLE,
              "-o",
              folder.resolve(name),
              "--no-torch-check",
              "--preprocessing",
              "foamliu");
      assertThat(run.exit()).as(run.err()).isZero();
    }
  }

  private static Run inspect(Path file) {
    Run run = Facekit.inProcess("inspect", file);
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    return run;
  }

  /** The text behind a label. */
  private static String field(Run run, String label) {
    return run.out()
        .lines()
        .filter(line -> line.startsWith(label + " "))
        .map(line -> line.substring(label.length()).strip())
        .findFirst()
        .orElse("none");
  }

  @Test
  void aPyTorchModel() {
    Run run = inspect(Facekit.SAMPLE);
    assertThat(field(run, "kind")).startsWith("TorchScript");
    assertThat(field(run, "input")).isEqualTo("input f32[batch,3,112,112]");
    assertThat(field(run, "output")).endsWith("f32[batch,512]");
    assertThat(field(run, "parameters")).isEqualTo(PARAMETERS);
    assertThat(field(run, "MACs")).isEqualTo("221,161,984");
    assertThat(field(run, "operators")).isEqualTo("Add 12, Conv 49, Flatten 1, Gemm 1, PRelu 33");
    assertThat(field(run, "unsupported")).isEqualTo("nothing");
    assertThat(field(run, "architecture"))
        .isEqualTo(
            "TreB1eN MobileFaceNet, 512-d, preprocessing one of treb1en, cavaface, facex-zoo,"
                + " faceplugin");
  }

  @Test
  void anOnnxModel() {
    Run run = inspect(folder.resolve("p.onnx"));
    assertThat(field(run, "kind")).isEqualTo("ONNX model, opset 17");
    assertThat(field(run, "producer")).startsWith("facekit ");
    assertThat(field(run, "input")).isEqualTo("input float [batch, 3, 112, 112]");
    assertThat(field(run, "output")).isEqualTo("output float [batch, 512]");
    assertThat(field(run, "parameters")).isEqualTo(PARAMETERS);
    assertThat(field(run, "operators")).contains("Conv 49").contains("PRelu 33");
  }

  @Test
  void anOnnxModelOfAnotherExporterAlsoAsASource() {
    Path file = Facekit.shared().resolve("models/faceplugin-fr_feature.onnx");
    Assumptions.assumeTrue(Files.exists(file));
    Run run = inspect(file);
    assertThat(field(run, "producer")).startsWith("pytorch");
    assertThat(field(run, "MACs")).isEqualTo("221,161,984");
    assertThat(field(run, "unsupported")).isEqualTo("nothing");
  }

  @Test
  void thePreprocessingOfAnArtifact() throws Exception {
    for (String name : new String[] {"p.onnx", "p.tflite"}) {
      assertThat(field(inspect(folder.resolve(name)), "preprocessing"))
          .isEqualTo(
              "112x112 RGB, (x / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225], NCHW");
      String json = Facekit.inProcess("inspect", folder.resolve(name), "--json").out();
      JsonNode stated = new ObjectMapper().readTree(json).get("preprocessing");
      assertThat(stated.get("channels").asText()).isEqualTo("RGB");
      assertThat(stated.at("/mean/1").asDouble()).isEqualTo(0.456);
      assertThat(stated.at("/size/0").asInt()).isEqualTo(112);
    }
  }

  @Test
  void aTfliteModel() {
    Run run = inspect(folder.resolve("p.tflite"));
    assertThat(field(run, "kind")).isEqualTo("TFLite model");
    assertThat(field(run, "input")).isEqualTo("input: float32[?,112,112,3]");
    assertThat(field(run, "output")).isEqualTo("output: float32[?,512]");
    assertThat(field(run, "parameters")).isEqualTo(PARAMETERS);
    assertThat(field(run, "operators")).contains("CONV_2D 32").contains("DEPTHWISE_CONV_2D 17");
  }

  @Test
  void damagedModelsAreRefusedAsModels() throws IOException {
    for (String name : new String[] {"p.onnx", "p.tflite"}) {
      byte[] bytes = Files.readAllBytes(folder.resolve(name));
      Path cut = folder.resolve("cut-" + name);
      Files.write(cut, Arrays.copyOf(bytes, bytes.length / 3));
      Run run = Facekit.inProcess("inspect", cut);
      assertThat(run.exit()).as(run.err()).isEqualTo(4);
      assertThat(run.err()).startsWith("error FK-").contains("cut-" + name);
      assertThat(run.out()).isEmpty();
    }
  }
}

package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every bad input gets its exit code, an error of the documented form, and leaves nothing. */
class BadInputTest {

  @TempDir Path folder;

  private void refused(Run run, int exit, String id) throws IOException {
    assertThat(run.exit()).as(run.err()).isEqualTo(exit);
    assertThat(run.err())
        .startsWith("error " + id + ": ")
        .contains("\n  try    ", "docs/errors.md#" + id.toLowerCase(Locale.ROOT))
        .doesNotContain("\tat ", "Exception");
    assertThat(run.out()).isEmpty();
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(f -> f.toString().contains(".facekit"))).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "neg-bomb.pt, 5, FK-ZIP-004",
    "neg-duplicate-entry.pt, 5, FK-ZIP-002",
    "neg-empty.pt, 4, FK-IN-002",
    "neg-html.pt, 4, FK-IN-004",
    "neg-huge-shape.pt, 4, FK-TN-001",
    "neg-lfs-pointer.pt, 4, FK-IN-004",
    "neg-overflow-shape.pt, 4, FK-TN-001",
    "neg-path-traversal.pt, 5, FK-ZIP-003",
    "neg-pickle-getattr.pt, 5, FK-PKL-002",
    "neg-pickle-legacy-system.pt, 5, FK-PKL-002",
    "neg-pickle-system-global.pt, 5, FK-PKL-002",
    "neg-pickle-system-stack-global.pt, 5, FK-PKL-002",
    "neg-short-storage.pt, 4, FK-TN-001",
    "neg-truncated.pt, 4, FK-ZIP-001",
    "neg-whole-module-legacy.pt, 4, FK-PKL-004",
    "neg-whole-module.pt, 4, FK-PKL-004",
    "neg-wrong-magic.pt, 4, FK-IN-003",
  })
  void hostileModels(String name, int exit, String id) throws Exception {
    Path model = Facekit.shared().resolve("models/torch").resolve(name);
    Assumptions.assumeTrue(Files.exists(model));
    Path output = folder.resolve("x.onnx");
    refused(Facekit.inProcess("export", model, "-o", output), exit, id);
    assertThat(output).doesNotExist();
  }

  private Path recipe(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private String valid(Path images) {
    return """
        model: %s
        preprocessing: faceplugin
        calibration: {images: %s, identities: {first: 2}}
        """
        .formatted(Facekit.SAMPLE, images);
  }

  @Test
  void recipes() throws Exception {
    Path unknown = recipe("unknown.yaml", valid(Facekit.FACES) + "targest: [ort-x86]\n");
    Run run = Facekit.inProcess("quantize", "--config", unknown, "-o", folder.resolve("out"));
    refused(run, 2, "FK-RC-002");
    assertThat(run.err()).contains("targets");
    Path twice =
        recipe("twice.json", "{\"preprocessing\": \"faceplugin\", \"preprocessing\": \"raw\"}");
    refused(
        Facekit.inProcess("quantize", "--config", twice, "-o", folder.resolve("out")),
        2,
        "FK-RC-002");
    Path twiceYaml = recipe("twice.yaml", valid(Facekit.FACES) + "preprocessing: raw\n");
    refused(
        Facekit.inProcess("quantize", "--config", twiceYaml, "-o", folder.resolve("out")),
        2,
        "FK-RC-002");
    Path torn = recipe("torn.json", "{\"model\": ");
    refused(
        Facekit.inProcess("quantize", "--config", torn, "-o", folder.resolve("out")),
        2,
        "FK-RC-001");
    Path nothing =
        recipe(
            "nothing.yaml",
            valid(Facekit.FACES) + "precision: {rules: [{select: conv1.comv, precision: fp16}]}\n");
    Run selector = Facekit.inProcess("quantize", "--config", nothing, "-o", folder.resolve("out"));
    refused(selector, 2, "FK-RC-004");
    assertThat(selector.err()).contains("conv1.conv");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void imageFolders() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path recipe = recipe("empty.yaml", valid(empty));
    refused(
        Facekit.inProcess("quantize", "--config", recipe, "-o", folder.resolve("out")),
        6,
        "FK-DA-001");
  }

  @Test
  void brokenImageAmongGoodOnes() throws Exception {
    Path faces = Facekit.faces(folder.resolve("faces"), 2);
    Files.writeString(faces.resolve("id000/id000_99.jpg"), "<html>");
    Path recipe = recipe("broken.yaml", valid(faces) + "targets: [ort-x86]\n");
    Path out = folder.resolve("out");
    Run run = Facekit.inProcess("quantize", "--config", recipe, "-o", out, "--no-torch-check");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err()).contains("skipped id000/id000_99.jpg");
    JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
    assertThat(report.at("/calibration/skipped/0/image").asText()).isEqualTo("id000/id000_99.jpg");
    assertThat(report.at("/calibration/used").asInt()).isEqualTo(8);
    ReportSchema.check(out.resolve("report.json"));
  }

  @Test
  void missingFiles() throws Exception {
    Path none = folder.resolve("none.pt");
    refused(Facekit.inProcess("export", none, "-o", folder.resolve("y.onnx")), 7, "FK-IN-001");
    refused(Facekit.inProcess("inspect", none), 7, "FK-IN-001");
    Path recipe = recipe("missing.yaml", valid(Facekit.FACES));
    refused(
        Facekit.inProcess("quantize", none, "--config", recipe, "-o", folder.resolve("out")),
        7,
        "FK-IN-001");
    refused(Facekit.inProcess("quantize", "--config", none), 7, "FK-IN-001");
    refused(
        Facekit.inProcess(
            "quantize", "--config", recipe("no.yaml", valid(folder.resolve("none"))), "-o", none),
        7,
        "FK-IN-001");
  }

  @Test
  void missingOutput() throws Exception {
    refused(Facekit.inProcess("export", Facekit.SAMPLE), 2, "FK-CL-001");
  }

  @Test
  void aProcessEndsWithTheSameCode() throws Exception {
    Path none = folder.resolve("none.pt");
    refused(Facekit.run("export", none, "-o", folder.resolve("y.onnx")), 7, "FK-IN-001");
  }
}

package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.cli.Facekit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every bad input gets its exit code, an error of the documented form, and leaves nothing. */
class BadInputTest {
  private static final Path MODEL = Facekit.ROOT.resolve("models/mobilefacenet.pt");
  private static final Path FACES = Facekit.ROOT.resolve("calibration-data");

  @TempDir Path folder;

  private void refused(Run run, int exit, String id) throws IOException {
    assertThat(run.exit()).as(run.err()).isEqualTo(exit);
    assertThat(run.err()).contains("error " + id).doesNotContain("\tat ", "Exception");
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
    refused(Facekit.run("export", model, "-o", output), exit, id);
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
        .formatted(MODEL, images);
  }

  @Test
  void recipes() throws Exception {
    Path unknown = recipe("unknown.yaml", valid(FACES) + "targest: [ort-x86]\n");
    Run run = Facekit.run("quantize", "--config", unknown, "-o", folder.resolve("out"));
    refused(run, 2, "FK-RC-002");
    assertThat(run.err()).contains("targets");
    Path twice =
        recipe("twice.json", "{\"preprocessing\": \"faceplugin\", \"preprocessing\": \"raw\"}");
    refused(
        Facekit.run("quantize", "--config", twice, "-o", folder.resolve("out")), 2, "FK-RC-002");
    Path nothing =
        recipe(
            "nothing.yaml",
            valid(FACES) + "precision: {rules: [{select: conv1.comv, precision: fp16}]}\n");
    Run selector = Facekit.run("quantize", "--config", nothing, "-o", folder.resolve("out"));
    refused(selector, 2, "FK-RC-004");
    assertThat(selector.err()).contains("conv1.conv");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void imageFolders() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path recipe = recipe("empty.yaml", valid(empty));
    refused(
        Facekit.run("quantize", "--config", recipe, "-o", folder.resolve("out")), 6, "FK-DA-001");
  }

  @Test
  void brokenImageAmongGoodOnes() throws Exception {
    Path faces = folder.resolve("faces");
    for (String id : List.of("id000", "id001")) {
      Path to = Files.createDirectories(faces.resolve(id));
      try (Stream<Path> images = Files.list(FACES.resolve(id))) {
        for (Path i : images.toList()) {
          Files.copy(i, to.resolve(i.getFileName()));
        }
      }
    }
    Files.writeString(faces.resolve("id000/id000_99.jpg"), "<html>");
    Path recipe = recipe("broken.yaml", valid(faces) + "targets: [ort-x86]\n");
    Path out = folder.resolve("out");
    Run run = Facekit.run("quantize", "--config", recipe, "-o", out, "--no-torch-check");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err()).contains("skipped id000/id000_99.jpg");
    assertThat(Files.readString(out.resolve("report.json"))).contains("id000/id000_99.jpg");
  }

  @Test
  void outputs() throws Exception {
    Path existing = Files.writeString(folder.resolve("x.onnx"), "precious");
    refused(Facekit.run("export", MODEL, "-o", existing), 7, "FK-IO-001");
    assertThat(existing).hasContent("precious");
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    refused(Facekit.run("export", MODEL, "-o", file.resolve("x.onnx")), 7, "FK-IO-004");
    refused(
        Facekit.run("export", folder.resolve("none.pt"), "-o", folder.resolve("y.onnx")),
        7,
        "FK-IN-001");
    Run usage = Facekit.run("export", MODEL);
    assertThat(usage.exit()).isEqualTo(2);
  }
}

package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.cli.Facekit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is never overwritten, and that nobody waits for an answer that is known at once. */
class OutputFilesTest {
  @TempDir Path folder;

  private Path recipe;

  @BeforeEach
  void write() throws IOException {
    recipe = Files.createDirectory(folder.resolve("recipe")).resolve("recipe.yaml");
    Files.writeString(
        recipe,
        """
        model: %s
        preprocessing: faceplugin
        calibration: {images: %s, identities: {first: 2}}
        targets: [tflite-xnnpack]
        """
            .formatted(Facekit.SAMPLE, Facekit.FACES));
  }

  /** Refused before the first stage, with nothing left behind. */
  private void refused(Run run, int exit, String id) throws IOException {
    assertThat(run.exit()).as(run.err()).isEqualTo(exit);
    assertThat(run.err()).startsWith("error " + id).contains("\n  try    ").doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
    assertThat(traces()).isEmpty();
  }

  private List<Path> traces() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().contains(".facekit")).toList();
    }
  }

  @Test
  void forceReplacesAnOutput() throws IOException {
    Path existing = Files.writeString(folder.resolve("x.tflite"), "precious");
    refused(Facekit.inProcess("export", Facekit.SAMPLE, "-o", existing), 7, "FK-IO-001");
    assertThat(existing).hasContent("precious");
    Run forced =
        Facekit.inProcess("export", Facekit.SAMPLE, "-o", existing, "--force", "--no-torch-check");
    assertThat(forced.exit()).as(forced.err()).isZero();
    assertThat(Files.size(existing)).isGreaterThan(4_000_000);
    assertThat(traces()).isEmpty();
  }

  @Test
  void anInputIsNeverReplaced() throws IOException {
    Path model = Files.copy(Facekit.SAMPLE, folder.resolve("model.onnx"));
    Path alias = Files.createSymbolicLink(folder.resolve("alias.onnx"), model);
    for (Path output : List.of(model, folder.resolve("recipe/../model.onnx"), alias)) {
      refused(Facekit.inProcess("export", model, "-o", output, "--force"), 7, "FK-IO-002");
    }
    assertThat(model).hasSameBinaryContentAs(Facekit.SAMPLE);
  }

  @Test
  void foldersThatCannotBe() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "precious");
    for (Path out : List.of(file, file.resolve("deeper"))) {
      refused(quantize(out), 7, "FK-IO-004");
    }
    refused(
        Facekit.inProcess("export", Facekit.SAMPLE, "-o", file.resolve("x.onnx")), 7, "FK-IO-004");
    assertThat(file).hasContent("precious");
  }

  @Test
  void foldersThatAreMissingAreMade() throws IOException {
    Path output = folder.resolve("new/er/x.tflite");
    Run run = Facekit.inProcess("export", Facekit.SAMPLE, "-o", output, "--no-torch-check");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(output).isNotEmptyFile();
    assertThat(traces()).isEmpty();
  }

  @Test
  void everyFileOfAnEarlierRunCounts() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    for (String name : List.of("mobilefacenet-int8.tflite", "report.json", "report.html")) {
      Path existing = Files.writeString(out.resolve(name), "precious");
      refused(quantize(out), 7, "FK-IO-001");
      assertThat(existing).hasContent("precious");
      Files.delete(existing);
    }
  }

  @Test
  void aFileThatTheRunDoesNotWriteIsNoObstacle() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Path foreign = Files.writeString(out.resolve("mobilefacenet.tflite"), "precious");
    Run run = quantize(out);
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(foreign).hasContent("precious");
    assertThat(traces()).isEmpty();
  }

  @Test
  void unknownStage() throws IOException {
    refused(quantize(folder.resolve("out"), "--dump-after", "lowr"), 2, "FK-CL-001");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private Run quantize(Path out, String... options) {
    Stream<Object> fixed =
        Stream.of("quantize", "--config", recipe, "-o", out, "--no-torch-check", "--threads", 2);
    return Facekit.inProcess(Stream.concat(fixed, Stream.of(options)).toArray());
  }
}

package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drift between two exported artifacts, on a part of the sample faces. */
class DriftTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path faces;
  private static Path onnx;
  private static Path half;
  private static Path tflite;

  @BeforeAll
  static void export() throws IOException {
    faces = Facekit.faces(shared.resolve("faces"), 5);
    onnx = export("p.onnx");
    half = export("half.onnx", "--fp16");
    tflite = export("p.tflite");
  }

  private static Path export(String name, String... options) {
    Path artifact = shared.resolve(name);
    Object[] fixed = {"export", Facekit.SAMPLE, "-o", artifact, "--no-torch-check"};
    Object[] all = Arrays.copyOf(fixed, fixed.length + options.length);
    System.arraycopy(options, 0, all, fixed.length, options.length);
    Run run = Facekit.inProcess(all);
    assertThat(run.exit()).as(run.err()).isZero();
    return artifact;
  }

  @Test
  void equalArtifactsPassAndLeaveAReportInAFolderOfTheirOwn() throws IOException {
    Path out = folder.resolve("deep/drift");
    Run run =
        Facekit.inProcess(
            "drift",
            onnx,
            tflite,
            "--faces",
            faces,
            "-o",
            out,
            "--cosine-mean",
            "0.9999",
            "--cosine-min",
            "0.9999",
            "--tar-drop",
            "1e-1=0");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("p.tflite: mean cosine to FP32").contains("1.00000");
    ReportSchema.check(out.resolve("report.json"));
    JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
    assertThat(report.get("verdict").asText()).isEqualTo("PASS");
    assertThat(Files.readString(out.resolve("report.html"))).contains("p.tflite");
    Run again = Facekit.inProcess("drift", onnx, tflite, "--faces", faces, "-o", out);
    assertThat(again.exit()).isEqualTo(7);
    assertThat(again.err()).contains("error FK-IO-001").contains("--force");
  }

  @Test
  void gatesDecideTheExitCode() {
    Run accuracy =
        Facekit.inProcess("drift", onnx, half, "--faces", faces, "--cosine-min", "0.99999999");
    assertThat(accuracy.exit()).as(accuracy.err()).isEqualTo(10);
    assertThat(accuracy.err()).contains("error FK-GA-001");
    Run size = Facekit.inProcess("drift", onnx, half, "--faces", faces, "--size-max", "1000");
    assertThat(size.exit()).isEqualTo(11);
    assertThat(size.err()).contains("error FK-GA-002");
  }

  @Test
  void theContentSaysWhatAFileIs() throws IOException {
    Path lite = Files.copy(tflite, folder.resolve("model.lite"));
    Path bin = Files.copy(onnx, folder.resolve("model.bin"));
    Run run = Facekit.inProcess("drift", bin, lite, "--faces", faces, "--cosine-min", "0.9999");
    assertThat(run.exit()).as(run.err()).isZero();
  }

  @Test
  void facesArePreparedAsTheFilesSay() {
    assertThat(Facekit.inProcess("drift", onnx, tflite, "--faces", faces).err())
        .contains("warning: neither model says how faces are prepared")
        .contains("mobilefacenet");
    Path stated = export("stated.onnx", "--preprocessing", "treb1en");
    Path lite = export("stated.tflite", "--preprocessing", "treb1en");
    Run run = Facekit.inProcess("drift", stated, lite, "--faces", faces, "-o", folder, "--force");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err()).doesNotContain("warning");
    assertThat(folder.resolve("report.json")).content().contains("BGR");
    assertThat(Facekit.inProcess("drift", onnx, lite, "--faces", faces).err())
        .doesNotContain("warning");
    Run against =
        Facekit.inProcess("drift", stated, lite, "--faces", faces, "--preprocessing", "faceplugin");
    assertThat(against.exit()).as(against.err()).isZero();
    assertThat(against.err())
        .contains("stated.onnx wants 112x112 BGR, (x / 255 - 0.5) / 0.5, NCHW")
        .contains("stated.tflite wants")
        .contains("--preprocessing faceplugin goes before");
    Path other = export("other.onnx", "--preprocessing", "faceplugin");
    Run contradiction = Facekit.inProcess("drift", other, lite, "--faces", faces);
    refused(contradiction, 2, "FK-CL-001");
    assertThat(contradiction.err()).contains("the models want different preprocessing");
  }

  @Test
  void damagedFilesAreRefusedAsModels() throws IOException {
    for (Path artifact : new Path[] {onnx, tflite}) {
      byte[] bytes = Files.readAllBytes(artifact);
      Path cut = folder.resolve("cut-" + artifact.getFileName());
      Files.write(cut, Arrays.copyOf(bytes, bytes.length / 3));
      Run run = Facekit.inProcess("drift", onnx, cut, "--faces", faces);
      assertThat(run.exit()).as(run.err()).isEqualTo(4);
      assertThat(run.err()).contains("cut-").doesNotContain("\tat ");
    }
  }

  /** Every table and tensor is sound, but a runtime would compute other shapes than allocated. */
  @Test
  void aModelThatCannotRunIsRefusedBeforeItDoes() throws IOException {
    byte[] bytes = Files.readAllBytes(tflite);
    ByteBuffer ints = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int shape = Facekit.indexOf(ints, 4, 1, 112, 112, 3);
    int signature = Facekit.indexOf(ints, 4, -1, 112, 112, 3);
    ints.putInt(shape + 8, 64).putInt(signature + 8, 64);
    Path file = Files.write(folder.resolve("shape.tflite"), bytes);
    Run run = Facekit.inProcess("drift", onnx, file, "--faces", faces);
    assertThat(run.exit()).as(run.err()).isEqualTo(4);
    assertThat(run.err())
        .contains("shape.tflite, subgraph 0, operator ")
        .contains("it gives [1, ")
        .doesNotContain("\tat ");
  }

  @Test
  void badRequests() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path file = Files.writeString(folder.resolve("file"), "x");
    refused(Facekit.inProcess("drift", onnx, tflite, "--faces", empty), 6, "FK-DA-001");
    refused(
        Facekit.inProcess("drift", onnx, tflite, "--faces", folder.resolve("none")),
        7,
        "FK-IN-001");
    refused(
        Facekit.inProcess("drift", onnx, folder.resolve("none.tflite"), "--faces", faces),
        7,
        "FK-IN-001");
    refused(Facekit.inProcess("drift", onnx, tflite, "--faces", faces, "-o", file), 7, "FK-IO-004");
    refused(
        Facekit.inProcess("drift", onnx, tflite, "--faces", faces, "--cosine-mean", "7"),
        2,
        "FK-CL-001");
    assertThat(file).hasContent("x");
  }

  private static void refused(Run run, int exit, String id) {
    assertThat(run.exit()).as(run.err()).isEqualTo(exit);
    assertThat(run.err()).contains("error " + id).doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
  }
}

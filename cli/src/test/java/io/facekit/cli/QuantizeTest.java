package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import io.facekit.core.onnx.OnnxSummary;
import io.facekit.core.tflite.TfliteSummary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on a part of the project's own sample, in processes of its own. */
class QuantizeTest {
  @TempDir Path folder;

  private Path recipe(String name, String gates) throws IOException {
    String rules =
        """
        [{select: "conv1.**", precision: fp16, reason: stem}, \
        {select: "conv1.conv", precision: fp32, reason: too late}]""";
    return recipe(name, "{default: int8, rules: " + rules + "}", gates);
  }

  private Path recipe(String name, String precision, String gates) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        """
        model: %s
        preprocessing: faceplugin
        calibration: {images: %s, identities: {first: 6}}
        evaluation: {images: %s, identities: {last: 6}}
        precision: %s
        gates: %s
        """
            .formatted(Facekit.SAMPLE, Facekit.FACES, Facekit.FACES, precision, gates));
  }

  private static Map<String, String> artifacts(Path directory) throws Exception {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path f : files.filter(x -> !x.toString().contains("report")).toList()) {
        hashes.put(String.valueOf(f.getFileName()), hash(Files.readAllBytes(f)));
      }
    }
    return hashes;
  }

  private static String hash(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void artifactsDoNotDependOnFolderThreadsOrLocale() throws Exception {
    Path yaml = recipe("a.yaml", "{cosineMean: 0.9, agreementMean: 0.9}");
    Path json =
        Files.writeString(
            folder.resolve("b.json"),
            """
            {"calibration": {"identities": {"first": 6}, "images": "%s"},
             "evaluation": {"images": "%s", "identities": {"last": 6}},
             "precision": {"rules": [{"reason": "stem", "precision": "fp16", "select": "conv1.**"},
                                     {"reason": "too late", "precision": "fp32",
                                      "select": "conv1.conv"}],
                           "default": "int8"},
             "gates": {"agreementMean": 0.9, "cosineMean": 0.9},
             "preprocessing": "faceplugin"}
            """
                .formatted(Facekit.FACES, Facekit.FACES));
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Run first =
        Facekit.run(
            List.of("-Djava.io.tmpdir=" + temporary),
            "quantize",
            "--config",
            yaml,
            "-o",
            folder.resolve("one"),
            "--threads",
            1);
    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(temporary).isEmptyDirectory();
    Run second =
        Facekit.run(
            List.of("-Duser.language=tr", "-Duser.country=TR", "-Duser.timezone=Asia/Tokyo"),
            "quantize",
            Facekit.SAMPLE,
            "--config",
            json,
            "-o",
            folder.resolve("deeper/two"),
            "--threads",
            2);
    assertThat(second.exit()).as(second.err()).isZero();
    assertThat(artifacts(folder.resolve("one")))
        .hasSize(3)
        .isEqualTo(artifacts(folder.resolve("deeper/two")));
    checkReport(folder.resolve("one"));
    String warning = "the rule 'conv1.conv' has no effect: earlier rules take all of its layers";
    assertThat(first.err()).contains("warning: " + warning);
    assertThat(folder.resolve("one/report.json")).content().contains(warning);
    checkMetadata(folder.resolve("one"));
    checkPrecisions(folder.resolve("one/mobilefacenet-mixed.onnx"));
    checkPrecisions(folder.resolve("one/mobilefacenet-mixed.tflite"));
    assertThat(first.out()).contains("equals libtorch");
  }

  private static void checkMetadata(Path directory) throws IOException {
    String preprocessing =
        "{\"channels\":\"RGB\",\"fit\":\"crop\",\"layout\":\"NCHW\","
            + "\"mean\":[127.0,127.0,127.0],\"scale\":1.0,\"size\":[112,112],"
            + "\"std\":[128.0,128.0,128.0]}";
    Map<String, String> exact =
        OnnxSummary.of(Files.readAllBytes(directory.resolve("mobilefacenet.onnx"))).metadata();
    assertThat(exact)
        .containsEntry("facekit.preprocessing", preprocessing)
        .containsEntry(
            "facekit.verified",
            "equal to libtorch within 1.0E-4 of the output range at batches 1, 2, 5");
    byte[] lite = Files.readAllBytes(directory.resolve("mobilefacenet-mixed.tflite"));
    assertThat(TfliteSummary.of(ByteBuffer.wrap(lite)).metadata())
        .containsEntry("facekit.preprocessing", preprocessing)
        .containsEntry("facekit.precision", "mixed")
        .doesNotContainKey("facekit.verified");
  }

  /** What inspect says of the weights: mostly INT8, the stem with its slopes FP16, biases INT32. */
  private static void checkPrecisions(Path artifact) throws IOException {
    Run run = Facekit.inProcess("inspect", artifact, "--json");
    assertThat(run.exit()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    Map<String, Long> elements = new TreeMap<>();
    json.get("weights")
        .forEach(w -> elements.put(w.get("type").asText(), w.get("elements").asLong()));
    assertThat(elements).containsKeys("int8", "int32").containsEntry("float16", 1_856L);
    assertThat(elements.get("int8")).isGreaterThan(1_100_000);
    assertThat(json.get("layerCount").asInt()).isGreaterThanOrEqualTo(50);
    assertThat(json.get("unsupported")).isEmpty();
  }

  private static void checkReport(Path directory) throws IOException {
    ReportSchema.check(directory.resolve("report.json"));
    JsonNode report = new ObjectMapper().readTree(directory.resolve("report.json").toFile());
    for (JsonNode audit : report.get("fusion")) {
      assertThat(audit.get("integer").asInt())
          .isEqualTo(audit.get("plannedInt8").asInt())
          .isGreaterThan(100);
    }
    List<String> layers = new ArrayList<>();
    report.get("layers").forEach(l -> layers.add(l.get("name").asText()));
    assertThat(layers).contains("conv1.conv", "conv_23.conv_dw.prelu", "conv_3.model.0", "linear");
    assertThat(Files.readString(directory.resolve("report.html")))
        .doesNotContain("<script src", "href=\"http");
  }

  @Test
  void quantizesAnOnnxModel() throws Exception {
    Path source = folder.resolve("source.onnx");
    Run export = Facekit.inProcess("export", Facekit.SAMPLE, "-o", source, "--no-torch-check");
    assertThat(export.exit()).as(export.err()).isZero();
    Path yaml = recipe("onnx.yaml", "{cosineMean: 0.9, agreementMean: 0.9}");
    Run run = Facekit.inProcess("quantize", source, "--config", yaml, "-o", folder.resolve("onnx"));
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("equals its source in ONNX Runtime");
    assertThat(names(folder.resolve("onnx")))
        .containsExactly(
            "report.html",
            "report.json",
            "source-mixed.onnx",
            "source-mixed.tflite",
            "source.onnx");
    checkReport(folder.resolve("onnx"));
  }

  @Test
  void integerModelsOfBothFormatsAreAlike() throws Exception {
    Path yaml = recipe("int8.yaml", "{default: int8}", "{cosineMean: 0.985, agreementMean: 0.999}");
    Run run = Facekit.inProcess("quantize", "--config", yaml, "-o", folder.resolve("int8"));
    assertThat(run.exit()).as(run.err()).isZero();
  }

  @Test
  void aModelMayStayFloat() throws Exception {
    Path yaml = recipe("half.yaml", "{default: fp16}", "{cosineMean: 0.9999}");
    Path out = folder.resolve("half");
    Run run = Facekit.inProcess("quantize", "--config", yaml, "-o", out, "--no-torch-check");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(names(out)).contains("mobilefacenet-fp16.onnx", "mobilefacenet-fp16.tflite");
  }

  @Test
  void failedGateRejects() throws Exception {
    Path out = Files.createDirectory(folder.resolve("out"));
    Path earlier = Files.writeString(out.resolve("mobilefacenet-mixed.onnx"), "good");
    Run accuracy =
        Facekit.inProcess(
            "quantize",
            "--config",
            recipe("gate.yaml", "{cosineMean: 0.99999}"),
            "-o",
            out,
            "--no-torch-check",
            "--force");
    assertThat(accuracy.exit()).as(accuracy.err()).isEqualTo(10);
    assertThat(accuracy.err()).contains("error FK-GA-001").doesNotContain("\tat ");
    assertThat(earlier).hasContent("good");
    assertThat(names(out)).containsExactly("mobilefacenet-mixed.onnx", "rejected");
    assertThat(names(out.resolve("rejected")))
        .containsExactly(
            "mobilefacenet-mixed.onnx",
            "mobilefacenet-mixed.tflite",
            "mobilefacenet.onnx",
            "report.html",
            "report.json");
    ReportSchema.check(out.resolve("rejected/report.json"));
  }

  @Test
  void failedSizeGateRejects() throws Exception {
    Path out = folder.resolve("size");
    Run size =
        Facekit.inProcess(
            "quantize",
            "--config",
            recipe("size.yaml", "{sizeMaxBytes: 1000}"),
            "-o",
            out,
            "--no-torch-check");
    assertThat(size.exit()).as(size.err()).isEqualTo(11);
    assertThat(size.err()).contains("error FK-GA-002");
    assertThat(size.out()).containsPattern("sizeMaxBytes +[0-9],[0-9]{3},[0-9]{3}, at most 1,000");
    assertThat(names(out)).containsExactly("rejected");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
    }
  }
}

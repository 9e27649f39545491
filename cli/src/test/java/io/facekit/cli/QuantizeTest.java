package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on a part of the project's own sample, in processes of its own. */
class QuantizeTest {
  private static final String MODEL = Facekit.ROOT.resolve("models/mobilefacenet.pt").toString();
  private static final String FACES = Facekit.ROOT.resolve("calibration-data").toString();

  @TempDir Path folder;

  private Path recipe(String name, String gates) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        """
        model: %s
        preprocessing: faceplugin
        calibration: {images: %s, identities: {first: 6}}
        evaluation: {images: %s, identities: {last: 6}}
        precision:
          default: int8
          rules:
            - {select: "conv1.**", precision: fp16, reason: stem}
        gates: %s
        """
            .formatted(MODEL, FACES, FACES, gates));
  }

  private static Map<String, Long> artifacts(Path directory) throws IOException {
    Map<String, Long> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path f : files.filter(x -> !x.toString().contains("report")).toList()) {
        hashes.put(String.valueOf(f.getFileName()), hash(Files.readAllBytes(f)));
      }
    }
    return hashes;
  }

  private static long hash(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue() << 32 | bytes.length;
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
             "precision": {"rules": [{"reason": "stem", "precision": "fp16", "select": "conv1.**"}],
                           "default": "int8"},
             "gates": {"agreementMean": 0.9, "cosineMean": 0.9},
             "preprocessing": "faceplugin"}
            """
                .formatted(FACES, FACES));
    Run first =
        Facekit.run("quantize", "--config", yaml, "-o", folder.resolve("one"), "--threads", 1);
    assertThat(first.exit()).as(first.err()).isZero();
    Run second =
        Facekit.run(
            List.of("-Duser.language=tr", "-Duser.country=TR", "-Duser.timezone=Asia/Tokyo"),
            "quantize",
            MODEL,
            "--config",
            json,
            "-o",
            folder.resolve("deeper/two"),
            "--threads",
            2,
            "--no-torch-check");
    assertThat(second.exit()).as(second.err()).isZero();
    assertThat(artifacts(folder.resolve("one")))
        .hasSize(3)
        .isEqualTo(artifacts(folder.resolve("deeper/two")));
    checkReport(folder.resolve("one"));
    assertThat(first.out()).contains("equals libtorch");
  }

  private static void checkReport(Path directory) throws IOException {
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
  void failedGateRejects() throws Exception {
    Path recipe = recipe("gate.yaml", "{cosineMean: 0.99999}");
    Path out = folder.resolve("out");
    Run run = Facekit.run("quantize", "--config", recipe, "-o", out, "--no-torch-check");
    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.err()).contains("error FK-GA-001").doesNotContain("\tat ");
    assertThat(out.resolve("mobilefacenet-mixed.onnx")).doesNotExist();
    assertThat(out.resolve("rejected/mobilefacenet-mixed.onnx")).exists();
    Run size =
        Facekit.run(
            "quantize",
            "--config",
            recipe("size.yaml", "{sizeMaxBytes: 1000}"),
            "-o",
            folder.resolve("size"),
            "--no-torch-check");
    assertThat(size.exit()).isEqualTo(11);
  }
}

package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With {@code --json}, stdout is one JSON object, whatever happens. */
class JsonTest {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @TempDir Path folder;

  private static JsonNode object(Run run) throws IOException {
    JsonNode tree = MAPPER.readTree(run.out());
    assertThat(tree.isObject()).as(run.out()).isTrue();
    return tree;
  }

  private static JsonNode success(Object... arguments) throws IOException {
    Run run = Facekit.inProcess(arguments);
    JsonNode tree = object(run);
    assertThat(run.exit()).as(run.out()).isZero();
    assertThat(tree.has("error")).isFalse();
    return tree;
  }

  private static void failure(int exit, String id, Object... arguments) throws IOException {
    Run run = Facekit.inProcess(arguments);
    JsonNode tree = object(run);
    assertThat(run.exit()).as(run.out()).isEqualTo(exit);
    assertThat(tree.at("/error/id").asText()).isEqualTo(id);
    assertThat(tree.at("/error/exit").asInt()).isEqualTo(exit);
    assertThat(tree.at("/error/docs").asText()).startsWith("docs/errors.md#fk-");
    assertThat(tree.get("problems").get(0)).isEqualTo(tree.get("error"));
    assertThat(run.err()).doesNotContain("error FK-", "\tat ");
  }

  @Test
  void inspectExportAndDrift() throws IOException {
    JsonNode model = success("inspect", Facekit.SAMPLE, "--json");
    assertThat(model.get("parameters").asLong()).isEqualTo(1_190_336);
    assertThat(model.get("macs").asLong()).isEqualTo(221_161_984);
    assertThat(model.at("/operators/Conv").asInt()).isEqualTo(49);
    Path onnx = folder.resolve("p.onnx");
    JsonNode exported = success("export", Facekit.SAMPLE, "-o", onnx, "--no-torch-check", "--json");
    JsonNode artifact = exported.at("/artifacts/0");
    assertThat(artifact.get("file").asText()).isEqualTo(onnx.toString());
    assertThat(artifact.get("sizeBytes").asLong()).isEqualTo(Files.size(onnx));
    assertThat(artifact.get("sha256").asText()).matches("[0-9a-f]{64}");
    assertThat(exported.at("/checks/0/passed").asBoolean()).isTrue();
    Path faces = Facekit.faces(folder.resolve("faces"), 2);
    JsonNode drift = success("drift", onnx, onnx, "--faces", faces, "--json");
    assertThat(drift.at("/figures/0/value").asDouble()).isGreaterThan(0.999999);
    assertThat(success("drift", onnx, onnx, "--faces", faces, "--json", "--cosine-min", "0.9"))
        .anySatisfy(node -> assertThat(node.at("/0/passed").asBoolean()).isTrue());
    Run gate =
        Facekit.inProcess("drift", onnx, onnx, "--faces", faces, "--json", "--size-max", "9");
    JsonNode failed = object(gate);
    assertThat(gate.exit()).isEqualTo(11);
    assertThat(failed.at("/gates/0/passed").asBoolean(true)).isFalse();
    assertThat(failed.at("/error/id").asText()).isEqualTo("FK-GA-002");
  }

  @Test
  void quantize() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("small.yaml"),
            """
            model: %s
            preprocessing: faceplugin
            calibration: {images: %s, identities: {first: 2}}
            targets: [tflite-xnnpack]
            """
                .formatted(Facekit.SAMPLE, Facekit.FACES));
    Path out = folder.resolve("out");
    Object[] command = {
      "quantize", "--config", recipe, "-o", out, "--no-torch-check", "--json", "--threads", 1
    };
    JsonNode tree = success(command);
    assertThat(tree.get("directory").asText()).isEqualTo(out.toString());
    assertThat(tree.at("/artifacts/0/file").asText()).endsWith("mobilefacenet-int8.tflite");
    assertThat(tree.get("figures")).isNotEmpty();
    failure(7, "FK-IO-001", command);
  }

  @Test
  void failuresOfEveryVerb() throws IOException {
    Path none = folder.resolve("none");
    failure(7, "FK-IN-001", "inspect", none, "--json");
    failure(7, "FK-IN-001", "--json", "export", none, "-o", folder.resolve("x.onnx"));
    failure(7, "FK-IN-001", "drift", none, none, "--faces", Facekit.FACES, "--json");
    failure(7, "FK-IN-001", "quantize", "--config", none, "--json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "export", "drift", "quantize", "inspct", "--josn"})
  void wrongUsage(String word) throws IOException {
    failure(2, "FK-CL-001", word, "--json");
  }
}

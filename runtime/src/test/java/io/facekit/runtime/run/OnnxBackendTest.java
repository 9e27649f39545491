package io.facekit.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.runtime.run.BackendCase.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * ONNX's own backend test suite. {@code -Dfacekit.onnx-backend=DIR} names its folder, in which
 * {@code node}, {@code simple} and others lie; {@code scripts/onnx-backend.sh} fetches it. {@code
 * -Dfacekit.update-docs=true} adds cases that pass to the list of those that must.
 */
class OnnxBackendTest {
  private static final String LIST = "onnx-backend-passes.txt";
  private static final Path SOURCE =
      Path.of("src/test/resources/io/facekit/runtime/run").resolve(LIST);

  @Test
  void nothingFailsAndWhatPassedPasses() throws IOException {
    String folder = System.getProperty("facekit.onnx-backend", "");
    Assumptions.assumeFalse(folder.isEmpty(), "no backend suite");
    SortedMap<String, BackendCase.Result> results = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      for (Path model : files.filter(f -> f.endsWith("model.onnx")).sorted().toList()) {
        BackendCase c = new BackendCase(Objects.requireNonNull(model.getParent()));
        results.put(c.name(), c.run());
      }
    }
    write(results);
    assertThat(named(results, Outcome.FAIL)).isEmpty();
    List<String> passed = named(results, Outcome.PASS);
    assertThat(passed).containsAll(listed());
    if (Boolean.getBoolean("facekit.update-docs")) {
      Files.write(SOURCE, passed);
    }
  }

  private static List<String> named(
      SortedMap<String, BackendCase.Result> results, Outcome outcome) {
    return results.entrySet().stream()
        .filter(e -> e.getValue().outcome() == outcome)
        .map(e -> outcome == Outcome.FAIL ? e.getKey() + ": " + e.getValue().why() : e.getKey())
        .toList();
  }

  private static List<String> listed() throws IOException {
    try (InputStream in = Objects.requireNonNull(OnnxBackendTest.class.getResourceAsStream(LIST))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** The summary that the script prints, and the reason of every case that does not pass. */
  private static void write(SortedMap<String, BackendCase.Result> results) throws IOException {
    String counts =
        Stream.of(Outcome.values())
            .map(o -> o.label() + " " + named(results, o).size())
            .collect(Collectors.joining(", "));
    List<String> lines =
        results.entrySet().stream()
            .map(
                e -> e.getValue().outcome().label() + "  " + e.getKey() + "  " + e.getValue().why())
            .toList();
    Files.writeString(
        Path.of("target", "onnx-backend.txt"),
        results.size() + " cases: " + counts + "\n" + String.join("\n", lines) + "\n");
  }
}

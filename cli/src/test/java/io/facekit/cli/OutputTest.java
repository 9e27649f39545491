package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputTest {
  private static final String[] EXPORT = {"export", "m.pt", "-o", "x.onnx"};

  private static JsonNode json(CommandRun run) throws Exception {
    return new ObjectMapper().readTree(run.out());
  }

  private static String[] and(String[] args, String... more) {
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return all;
  }

  @Test
  void resultsGoToStdoutAndTheRestToStderr() {
    CommandRun run = CommandRun.of(EXPORT);
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
              pass  ONNX Runtime, batch 5  max |diff| 3.1e-7 <= 1e-4
            x.onnx   4,812,345 bytes  sha256 SHA
            """
                .replace("SHA", StubJobs.SHA));
    assertThat(run.err())
        .isEqualTo(
            """
            import
            verify (3)
            recognised MobileFaceNet
            warning: 2 dead channels in conv1
            """);
  }

  @Test
  void quietKeepsWarnings() {
    CommandRun run = CommandRun.of(and(EXPORT, "-q"));
    assertThat(run.err()).isEqualTo("warning: 2 dead channels in conv1\n");
    assertThat(run.out()).isNotEmpty();
  }

  @Test
  void verboseTellsTheTimeOfEachStage() {
    CommandRun run = CommandRun.of(and(EXPORT, "-v"));
    assertThat(run.err()).containsPattern("  import: \\d+\\.\\d\\d s\n");
    assertThat(run.err()).containsPattern("  verify: \\d+\\.\\d\\d s, 3 steps\n");
  }

  @Test
  void sharedOptionsMayStandBeforeTheVerb() {
    CommandRun run = CommandRun.of("-q", "export", "m.pt", "-o", "x.onnx");
    assertThat(run.err()).isEqualTo("warning: 2 dead channels in conv1\n");
  }

  @Test
  void terminalsGetColourUnlessRefused() {
    assertThat(CommandRun.onTerminal(EXPORT).out()).contains("\u001b[32mpass\u001b[0m");
    CommandRun plain = CommandRun.onTerminal(and(EXPORT, "--no-color"));
    assertThat(plain.out()).doesNotContain("\u001b");
    assertThat(CommandRun.of(EXPORT).out()).doesNotContain("\u001b");
  }

  @Test
  void jsonIsOneObject() throws Exception {
    JsonNode result = json(CommandRun.of(and(EXPORT, "--json")));
    assertThat(result.at("/artifacts/0/sizeBytes").asLong()).isEqualTo(4_812_345);
    assertThat(result.at("/checks/0/passed").asBoolean()).isTrue();
    assertThat(result.has("error")).isFalse();
  }

  @Test
  void inspectJsonHasTheFacts() throws Exception {
    JsonNode result = json(CommandRun.of("inspect", "m.pt", "--json"));
    assertThat(result.at("/operators/Conv").asInt()).isEqualTo(52);
    assertThat(result.at("/unsupported/0/id").asText()).isEqualTo("FK-TS-003");
    assertThat(result.has("preprocessing")).isFalse();
    assertThat(result.at("/batch/traced").asInt()).isEqualTo(1);
    assertThat(result.at("/weights/1/bytes").asInt()).isEqualTo(999);
    assertThat(result.get("layerCount").asInt()).isEqualTo(2);
    assertThat(result.has("layers")).isFalse();
    JsonNode layers = json(CommandRun.of("inspect", "m.pt", "--json", "--layers")).get("layers");
    assertThat(layers.at("/0/macs").asInt()).isEqualTo(5_419_008);
    assertThat(layers.get(1).has("macs")).isFalse();
  }

  @Test
  void inspectAlignsLayers() {
    assertThat(CommandRun.of("inspect", "m.pt", "--layers").out())
        .contains("\nweights        float32 1.20 M (4.80 MB), int8 999 (999 B)\n")
        .endsWith(
            """

            layer   op    output               parameters    MACs
            conv1   Conv  f32[batch,64,56,56]       1,728  5.42 M
            linear  Gemm                           65,536
            """);
  }

  @Test
  void inspectUnsupportedFailsWithWhatIsUnsupported() {
    assertThat(CommandRun.of("inspect", "m.pt").exit()).isZero();
    CommandRun run = CommandRun.of("inspect", "m.pt", "--unsupported");
    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("aten::grid_sampler").contains("  at     backbone.stn\n");
  }

  @Test
  void figuresThatAreNotNumbersAreNull() throws Exception {
    JsonNode result = json(CommandRun.of("drift", "a", "b", "--faces", "f", "--json"));
    assertThat(result.at("/figures/1/value").isNull()).isTrue();
    assertThat(result.at("/figures/0/value").asDouble()).isEqualTo(0.9991);
  }

  @Test
  void failedGateKeepsTheResultsAndDecidesTheExitCode() throws Exception {
    CommandRun run = CommandRun.of("quantize", "--config", "r.json");
    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.out()).contains("FAIL  cosineMean").contains("report         out/mixed/report");
    assertThat(run.err()).startsWith("error FK-GA-001: cosineMean is 0.97");
    CommandRun asJson = CommandRun.of("quantize", "--config", "r.json", "--json");
    assertThat(asJson.exit()).isEqualTo(10);
    assertThat(asJson.err()).isEmpty();
    assertThat(json(asJson).at("/error/exit").asInt()).isEqualTo(10);
    assertThat(json(asJson).at("/artifacts/0/file").asText()).isEqualTo("out/mixed/model.tflite");
  }

  @Test
  void problemsAreAllListedAndCannotMoveTheCursor() {
    CommandRun run = CommandRun.of("inspect", "two-problems.pt");
    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            """
            error FK-PKL-002: the pickle names posix.system
              at     two-problems.pt!data.pkl@17
              found  posix \\u001b[2Jsystem
              try    do not use this file      docs/errors.md#fk-pkl-002
            error FK-ZIP-004: an entry inflates 9000 times
              try    docs/errors.md#fk-zip-004
            2 problems
            """);
  }

  @Test
  void errorJsonIsTheOnlyOutput() throws Exception {
    CommandRun run = CommandRun.of("inspect", "two-problems.pt", "--json");
    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.err()).isEmpty();
    JsonNode result = json(run);
    assertThat(result.at("/error/id").asText()).isEqualTo("FK-PKL-002");
    assertThat(result.at("/error/exit").asInt()).isEqualTo(5);
    assertThat(result.at("/error/hint").asText()).isEqualTo("do not use this file");
    assertThat(result.get("problems")).hasSize(2);
    assertThat(result.at("/problems/1/id").asText()).isEqualTo("FK-ZIP-004");
  }

  @Test
  void usageErrorsAreJsonToo() throws Exception {
    CommandRun run = CommandRun.of("export", "--json", "--nonsense");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(json(run).at("/error/id").asText()).isEqualTo("FK-CL-001");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void bugsAskForAReportAndShowNoStackTrace() {
    for (String model : List.of("bug.pt", "error.pt")) {
      CommandRun run = CommandRun.of("inspect", model);
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.err()).startsWith("error FK-BUG-001: ").contains("StubJobs", "--stacktrace");
      assertThat(run.err()).contains("Impossible".toLowerCase(java.util.Locale.ROOT));
      assertThat(run.err()).doesNotContain("\tat ");
    }
    assertThat(CommandRun.of("inspect", "bug.pt", "--stacktrace").err())
        .contains("\tat io.facekit");
  }

  @Test
  void outOfMemoryIsFoundInCausesAndExitsWith3() {
    CommandRun run = CommandRun.of("inspect", "memory.pt");
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err()).startsWith("error FK-RT-004: ").contains("FACEKIT_OPTS=-Xmx");
  }

  @Test
  void aFullStdoutExitsWith7() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws java.io.IOException {
            throw new java.io.IOException("No space left on device");
          }
        };
    PrintStream out = new PrintStream(full, true, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Console console = new Console(out, err, false, false, false, false);
    assertThat(Main.run(new String[] {"--help"}, new StubJobs(), console)).isEqualTo(7);
    assertThat(Main.run(new String[] {"inspect", "bug.pt", "--json"}, new StubJobs(), console))
        .isEqualTo(1);
  }
}

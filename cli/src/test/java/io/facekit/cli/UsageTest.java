package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.quant.Target;
import io.facekit.core.quant.TensorIo;
import io.facekit.quantize.drift.GateLimits;
import io.facekit.quantize.drift.GateLimits.TarDrop;
import io.facekit.quantize.job.DriftRequest;
import io.facekit.quantize.job.ExportRequest;
import io.facekit.quantize.job.InputSize;
import io.facekit.quantize.job.QuantizeRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                          | a verb is missing",
        "exprot m.pt                                 | unknown verb 'exprot'",
        "inspect                                     | missing required parameter: 'MODEL'",
        "inspect a b                                 | one argument too many: 'b'",
        "export m.pt                                 | missing required option: '--output=FILE'",
        "export m.pt -o x.onnx --input-size 112      | '112' is not HEIGHTxWIDTH",
        "export m.pt -o x.onnx --target ort          | 'ort' is not one of onnx, ort-x86",
        "export m.pt -o x.onnx --opset 12            | the opset must be 13 to 21",
        "export m.pt -o x.onnx --opset many          | 'many' is not an int",
        "export m.pt -o x.pb                         | extension names no format",
        "export m.pt -o x.onnx --target tflite-xnnpack | writes .tflite files",
        "export m.pt -o x.onnx --threads 0           | at least one thread is needed",
        "quantize                                    | missing required option: '--config=FILE'",
        "drift a b --faces f --cosine-mean 1.5       | a cosine lies between -1 and 1",
        "drift a b --faces f --cosine-p1 NaN         | a cosine lies between -1 and 1",
        "drift a b --faces f --tar-drop 2=1          | a FAR lies between 0 and 1",
        "drift a b --faces f --size-max 0            | a size is positive",
        "inspect -qv a                               | unknown option '-qv'"
      })
  void wrongCommandLinesExitWith2(String line, String message) {
    CommandRun run = CommandRun.of(line.isEmpty() ? new String[0] : line.split(" +"));
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).startsWith("error FK-CL-001: ").contains(message);
    assertThat(run.err()).doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
    assertThat(run.jobs().request).isNull();
  }

  @Test
  void mistypedNamesGetASuggestion() {
    assertThat(CommandRun.of("exprot").err()).contains("try    export");
    assertThat(CommandRun.of("export", "m.pt", "-o", "x.onnx", "--opsat", "3").err())
        .isEqualTo(
            """
            error FK-CL-001: unknown option '--opsat'
              try    --opset; or facekit export --help      docs/errors.md#fk-cl-001
            """);
  }

  @Test
  void everythingWrongIsListed() {
    CommandRun run = CommandRun.of("export", "m.pt", "-o", "x.pb", "--opset", "3");
    assertThat(run.err()).contains("the opset must be").contains("names no format");
    assertThat(run.err()).endsWith("2 problems\n");
  }

  @Test
  void exportRequestHasDefaults() {
    ExportRequest expected =
        new ExportRequest(
            Path.of("m.pt"),
            Path.of("x.onnx"),
            Target.ONNX,
            17,
            0,
            false,
            Optional.empty(),
            true,
            Optional.empty(),
            Optional.empty(),
            false,
            Runtime.getRuntime().availableProcessors());
    assertThat(CommandRun.of("export", "m.pt", "-o", "x.onnx").jobs().request).isEqualTo(expected);
  }

  @Test
  void exportRequestHasEveryOption() {
    CommandRun run =
        CommandRun.of(
            ("export m.pt --output=x.onnx --target ort-x86 --opset 21 --fp16 --input-size 112x96"
                    + " --no-torch-check --faces f --preprocessing p --force --threads 3")
                .split(" "));
    assertThat(run.jobs().request)
        .isEqualTo(
            new ExportRequest(
                Path.of("m.pt"),
                Path.of("x.onnx"),
                Target.ORT_X86,
                21,
                0,
                true,
                Optional.of(new InputSize(112, 96)),
                false,
                Optional.of(Path.of("f")),
                Optional.of("p"),
                true,
                3));
  }

  @Test
  void tfliteExtensionMeansXnnpack() {
    CommandRun run = CommandRun.of("export", "m.pt", "-o", "x.tflite");
    assertThat(run.jobs().request)
        .isInstanceOfSatisfying(
            ExportRequest.class, r -> assertThat(r.target()).isEqualTo(Target.TFLITE_XNNPACK));
  }

  @Test
  void quantizeRequestHasEveryOption() {
    CommandRun run =
        CommandRun.of(
            "quantize m.pt -c r.json -o d --force --threads 2 --no-torch-check --dump-after plan --io uint8"
                .split(" "));
    assertThat(run.jobs().request)
        .isEqualTo(
            new QuantizeRequest(
                Optional.of(Path.of("m.pt")),
                Path.of("r.json"),
                Optional.of(Path.of("d")),
                true,
                2,
                false,
                Optional.of("plan"),
                Optional.of(TensorIo.UINT8)));
  }

  @Test
  void driftRequestHasEveryOption() {
    CommandRun run =
        CommandRun.of(
            ("drift a b --faces f --preprocessing n -o d --force --threads 2"
                    + " --cosine-mean 0.99 --cosine-p1 0.97 --cosine-min 0.9 --size-max 1600000"
                    + " --tar-drop 1e-3=0.2 --tar-drop 1e-4=0.5")
                .split(" "));
    assertThat(run.jobs().request)
        .isEqualTo(
            new DriftRequest(
                Path.of("a"),
                Path.of("b"),
                Path.of("f"),
                Optional.of("n"),
                Optional.of(Path.of("d")),
                new GateLimits(
                    0.99,
                    0.97,
                    0.9,
                    List.of(new TarDrop(1e-3, 0.2), new TarDrop(1e-4, 0.5)),
                    1_600_000L,
                    null),
                true,
                2));
  }

  @Test
  void anAtSignIsPartOfAName() {
    CommandRun run = CommandRun.of("inspect", "@model.pt");
    assertThat(run.jobs().request)
        .hasToString("InspectRequest[model=@model.pt, inputSize=Optional.empty, graph=false]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "inspect", "export", "quantize", "drift"})
  void helpNamesExamplesAndExitCodes(String verb) {
    CommandRun run = verb.isEmpty() ? CommandRun.of("--help") : CommandRun.of(verb, "--help");
    assertThat(run.exit()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("Examples:\n  facekit ").contains("\n   10   an accuracy gate");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void versionNamesWhatDecidesTheBytes() {
    CommandRun run = CommandRun.of("--version");
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .matches(
            """
            facekit \\d\\S+
            ONNX Runtime \\d\\S+
            TensorFlow Lite [\\d.]+
            libtorch \\d\\S+
            Java \\d.*
            """);
  }
}

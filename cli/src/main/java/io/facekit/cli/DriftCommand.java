package io.facekit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.facekit.core.error.Problem;
import io.facekit.quantize.Progress;
import io.facekit.quantize.job.DriftRequest;
import io.facekit.quantize.job.DriftResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "drift",
    description = {
      "Measures how far a candidate's embeddings are from a reference's, on faces.",
      "Both are ONNX or TFLite files, whoever wrote them."
    },
    footer = {
      "  facekit drift model.onnx model-mixed.tflite --faces calibration-data -o out/drift",
      "  facekit drift a.onnx b.onnx --faces my-faces --cosine-mean 0.99 --tar-drop 1e-4=0.5"
    })
final class DriftCommand extends Verb<DriftResult> {
  @Parameters(index = "0", paramLabel = "REFERENCE", description = "The model that is trusted.")
  private Path reference = Path.of("");

  @Parameters(index = "1", paramLabel = "CANDIDATE", description = "The model that is judged.")
  private Path candidate = Path.of("");

  @Option(
      names = "--faces",
      paramLabel = "DIR",
      required = true,
      description = "Aligned face crops, one folder per identity.")
  private Path faces = Path.of("");

  @Option(
      names = "--preprocessing",
      paramLabel = "NAME",
      completionCandidates = PresetNames.class,
      description = {
        "A preset: ${COMPLETION-CANDIDATES}.",
        "Default: what the files say, or mobilefacenet, RGB (x - 127.5) / 128."
      })
  private @Nullable String preprocessing;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Also write the report, as HTML and JSON.")
  private @Nullable Path output;

  @Option(names = "--force", description = "Replace an existing report.")
  private boolean force;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to use. Default: all processors.")
  private @Nullable Integer threads;

  @ArgGroup(exclusive = false, heading = "%nGates (exit code 10 or 11 when one fails):%n")
  private GateOptions gates = new GateOptions();

  DriftCommand(Session session) {
    super(session);
  }

  @Override
  DriftResult run(Session session, Progress progress) {
    DriftRequest request =
        new DriftRequest(
            reference,
            candidate,
            faces,
            Optional.ofNullable(preprocessing),
            Usage.optional(output),
            gates.toLimits(),
            force,
            Usage.threads(threads));
    return session.jobs().drift(request, progress);
  }

  @Override
  void print(DriftResult result, ResultText text) {
    text.figures(result.figures());
    text.checks(result.gates());
    result.report().ifPresent(report -> text.field("report", report.toString()));
  }

  @Override
  void print(DriftResult result, JsonGenerator json) throws IOException {
    Json.list(json, "figures", result.figures(), ResultJson::figure);
    Json.list(json, "gates", result.gates(), ResultJson::check);
    Json.optional(json, "report", result.report().orElse(null));
  }

  @Override
  List<Problem> failures(DriftResult result) {
    return result.failedGates();
  }
}

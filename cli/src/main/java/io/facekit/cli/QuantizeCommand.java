package io.facekit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.facekit.core.error.Problem;
import io.facekit.core.quant.TensorIo;
import io.facekit.quantize.Progress;
import io.facekit.quantize.job.QuantizeRequest;
import io.facekit.quantize.job.QuantizeResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "quantize",
    description = {
      "Carries out a recipe: mixed INT8/FP16 artifacts for each target, and the drift report.",
      "Artifacts that fail a gate are kept apart, and the exit code says so."
    },
    footer = {
      "  facekit quantize --config configs/mixed.json",
      "  facekit quantize my.pt --config configs/mixed.json -o out/my --threads 4"
    })
final class QuantizeCommand extends Verb<QuantizeResult> {
  @Mixin private final RecipeOptions options = new RecipeOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Folder of the artifacts. Default: the recipe's output, or out.")
  private @Nullable Path output;

  @Option(
      names = "--no-torch-check",
      description = "Do not compare with PyTorch or the ONNX file itself.")
  private boolean noTorchCheck;

  @Option(
      names = "--dump-after",
      paramLabel = "STAGE",
      description = "Also write as text: canonical, lower or calibrate.")
  private @Nullable String dumpAfter;

  @Option(
      names = "--io",
      paramLabel = "TYPE",
      converter = IoConverter.class,
      description =
          "Inputs and outputs of integer TFLite files: float32, int8 or uint8. Default: the recipe's io.")
  private @Nullable TensorIo io;

  QuantizeCommand(Session session) {
    super(session);
  }

  @Override
  QuantizeResult run(Session session, Progress progress) {
    QuantizeRequest request =
        new QuantizeRequest(
            options.model(),
            options.config(),
            Usage.optional(output),
            options.force(),
            options.threads(),
            !noTorchCheck,
            Optional.ofNullable(dumpAfter),
            Optional.ofNullable(io));
    return session.jobs().quantize(request, progress);
  }

  @Override
  void print(QuantizeResult result, ResultText text) {
    text.checks(result.checks());
    text.figures(result.figures());
    text.checks(result.gates());
    text.artifacts(result.artifacts());
    result.report().ifPresent(report -> text.field("report", report.toString()));
  }

  @Override
  void print(QuantizeResult result, JsonGenerator json) throws IOException {
    json.writeStringField("directory", result.directory().toString());
    Json.list(json, "artifacts", result.artifacts(), ResultJson::artifact);
    Json.list(json, "checks", result.checks(), ResultJson::check);
    Json.list(json, "figures", result.figures(), ResultJson::figure);
    Json.list(json, "gates", result.gates(), ResultJson::check);
    Json.optional(json, "report", result.report().orElse(null));
  }

  @Override
  List<Problem> failures(QuantizeResult result) {
    return result.failedGates();
  }
}

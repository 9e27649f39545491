package io.facekit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.quant.Target;
import io.facekit.quantize.Progress;
import io.facekit.quantize.job.ExportRequest;
import io.facekit.quantize.job.ExportResult;
import io.facekit.quantize.job.InputSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = {
      "Turns a PyTorch or ONNX face model into ONNX or TFLite with a dynamic batch.",
      "The file is run in its real runtime and compared with its source before it gets its name."
    },
    footer = {
      "  facekit export mobilefacenet.pt -o mobilefacenet.onnx",
      "  facekit export mobilefacenet.pt -o mobilefacenet.tflite --fp16"
    })
final class ExportCommand extends Verb<ExportResult> {
  private static final int OPSET_MIN = 13;
  private static final int OPSET_MAX = 21;
  private static final int MAX_BATCH = 1024;

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A PyTorch file, with a graph or with weights of a known architecture, or an ONNX file.")
  private Path model = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The artifact; .onnx or .tflite decides the format.")
  private Path output = Path.of("");

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      converter = Targets.class,
      completionCandidates = TargetNames.class,
      description = {
        "${COMPLETION-CANDIDATES}.",
        "Default: onnx for .onnx, tflite-xnnpack for .tflite."
      })
  private @Nullable Target target;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = {
        "Fix the number of images of a TFLite file, 1 to 1024. Default: any number; 1 for",
        "tflite-hexagon and tflite-edgetpu."
      })
  private @Nullable Integer batch;

  @Option(
      names = "--opset",
      paramLabel = "N",
      defaultValue = "17",
      description = "ONNX opset, 13 to 21. Default: ${DEFAULT-VALUE}.")
  private int opset = 17;

  @Option(names = "--fp16", description = "Store weights as float16: half the size.")
  private boolean fp16;

  @Option(
      names = "--input-size",
      paramLabel = "HxW",
      converter = InputSizeConverter.class,
      description = "Size of the input images, if the model does not tell it.")
  private @Nullable InputSize inputSize;

  @Option(
      names = "--faces",
      paramLabel = "DIR",
      description = "Faces for the comparison. Default: five synthetic ones.")
  private @Nullable Path faces;

  @Option(
      names = "--preprocessing",
      paramLabel = "NAME",
      completionCandidates = PresetNames.class,
      description = {
        "A preset: ${COMPLETION-CANDIDATES}.",
        "Default: what the model tells by its file or architecture, or mobilefacenet,",
        "RGB (x - 127.5) / 128."
      })
  private @Nullable String preprocessing;

  @Option(
      names = "--no-torch-check",
      description = "Do not compare with PyTorch or the ONNX file itself.")
  private boolean noTorchCheck;

  @Option(names = "--force", description = "Replace an existing output.")
  private boolean force;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to use. Default: all processors.")
  private @Nullable Integer threads;

  ExportCommand(Session session) {
    super(session);
  }

  @Override
  ExportResult run(Session session, Progress progress) {
    return session.jobs().export(request(), progress);
  }

  private ExportRequest request() {
    Problems problems = new Problems();
    if (opset < OPSET_MIN || opset > OPSET_MAX) {
      String range = OPSET_MIN + " to " + OPSET_MAX;
      problems.add(
          Usage.wrong(
              "--opset", "the opset must be " + range, Integer.toString(opset), "--opset 17"));
    }
    Target resolved = target != null ? target : Targets.byExtension(output).orElse(null);
    if (resolved == null) {
      problems.add(
          Usage.wrong(
              "--output",
              "the output's extension names no format",
              output.toString(),
              "a name that ends in .onnx or .tflite"));
    } else if (!output.toString().endsWith(resolved.extension())) {
      problems.add(
          Usage.wrong(
              "--output",
              "target " + resolved.id() + " writes " + resolved.extension() + " files",
              output.toString(),
              "a name that ends in " + resolved.extension()));
    }
    if (batch != null && (batch < 1 || batch > MAX_BATCH)) {
      problems.add(
          Usage.wrong(
              "--batch", "the batch must be 1 to " + MAX_BATCH, batch.toString(), "--batch 1"));
    } else if (batch != null && resolved != null && !resolved.isTflite()) {
      problems.add(
          Usage.wrong(
              "--batch",
              "an ONNX file takes any number of images",
              batch.toString(),
              "leave it out"));
    }
    problems.throwIfAny();
    return new ExportRequest(
        model,
        output,
        resolved == null ? Target.ONNX : resolved,
        opset,
        batch != null ? batch : resolved == null || resolved.hasDynamicBatch() ? 0 : 1,
        fp16,
        Optional.ofNullable(inputSize),
        !noTorchCheck,
        Usage.optional(faces),
        Optional.ofNullable(preprocessing),
        force,
        Usage.threads(threads));
  }

  @Override
  void print(ExportResult result, ResultText text) {
    text.checks(result.checks());
    text.artifacts(List.of(result.artifact()));
  }

  @Override
  void print(ExportResult result, JsonGenerator json) throws IOException {
    Json.list(json, "artifacts", List.of(result.artifact()), ResultJson::artifact);
    Json.list(json, "checks", result.checks(), ResultJson::check);
  }

  @Override
  List<Problem> failures(ExportResult result) {
    return List.of();
  }
}

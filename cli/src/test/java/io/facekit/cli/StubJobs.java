package io.facekit.cli;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.quant.Precision;
import io.facekit.core.tensor.WeightTally;
import io.facekit.quantize.Progress;
import io.facekit.quantize.job.Artifact;
import io.facekit.quantize.job.Check;
import io.facekit.quantize.job.DriftRequest;
import io.facekit.quantize.job.DriftResult;
import io.facekit.quantize.job.ExportRequest;
import io.facekit.quantize.job.ExportResult;
import io.facekit.quantize.job.Figure;
import io.facekit.quantize.job.InspectRequest;
import io.facekit.quantize.job.InspectResult;
import io.facekit.quantize.job.InspectResult.OpCount;
import io.facekit.quantize.job.Jobs;
import io.facekit.quantize.job.PlanRequest;
import io.facekit.quantize.job.PlanResult;
import io.facekit.quantize.job.QuantizeRequest;
import io.facekit.quantize.job.QuantizeResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Jobs with fixed results, which keep the last request. A model's name asks for a failure. */
final class StubJobs implements Jobs {
  static final String SHA = "ab".repeat(32);

  @Nullable Object request;

  @Override
  public ExportResult export(ExportRequest request, Progress progress) {
    this.request = request;
    failIfAsked(request.model(), progress);
    progress.stage("import", 0);
    progress.stage("verify", 3);
    progress.step();
    progress.step();
    progress.step();
    progress.message("recognised MobileFaceNet");
    progress.warning("2 dead channels in conv1");
    Check check = new Check("ONNX Runtime, batch 5", true, "max |diff| 3.1e-7 <= 1e-4");
    return new ExportResult(new Artifact(request.output(), 4_812_345, SHA), List.of(check));
  }

  @Override
  public QuantizeResult quantize(QuantizeRequest request, Progress progress) {
    this.request = request;
    Problem gate =
        Problem.of(ErrorId.GATE_ACCURACY, "cosineMean is 0.97, the recipe asks for 0.99")
            .at("model.tflite");
    return new QuantizeResult(
        Path.of("out/mixed"),
        List.of(new Artifact(Path.of("out/mixed/model.tflite"), 1_299_001, SHA)),
        List.of(new Check("batch 1, 2, 5", true, "same rows")),
        List.of(new Figure("cosineMean", 0.97, "0.9700")),
        List.of(new Check("cosineMean", false, "0.97 < 0.99")),
        Optional.of(Path.of("out/mixed/report.html")),
        List.of(gate));
  }

  @Override
  public PlanResult plan(PlanRequest request, Progress progress) {
    this.request = request;
    return new PlanResult(
        List.of(request.output()),
        List.of(
            new PlanResult.Rule("conv1.**", Precision.FP16, "drift 1.2e-3 alone; 1728 parameters")),
        List.of(new Figure("cosineMean, planned", 0.997, "0.99700")),
        List.of(Problem.of(ErrorId.GATE_ACCURACY, "no plan keeps the budget")));
  }

  @Override
  public DriftResult drift(DriftRequest request, Progress progress) {
    this.request = request;
    return new DriftResult(
        List.of(
            new Figure("cosineMean", 0.9991, "0.9991"),
            new Figure("eerPoints", Double.NaN, "not measured")),
        List.of(),
        Optional.empty(),
        List.of());
  }

  @Override
  public InspectResult inspect(InspectRequest request, Progress progress) {
    this.request = request;
    failIfAsked(request.model(), progress);
    Problem unsupported =
        Problem.of(ErrorId.TS_OPERATOR, "aten::grid_sampler has no lowering").at("backbone.stn");
    return new InspectResult(
        "TorchScript (traced)",
        Optional.of("PyTorch 2.13"),
        Optional.of("MobileFaceNet"),
        Optional.empty(),
        Optional.of(new InspectResult.Batch(OptionalLong.empty(), OptionalLong.of(1))),
        List.of("input float32 [batch, 3, 112, 112]"),
        List.of("embedding float32 [batch, 128]"),
        86,
        List.of(
            new InspectResult.Layer(
                "conv1",
                "Conv",
                Optional.of("f32[batch,64,56,56]"),
                1_728,
                OptionalLong.of(5_419_008)),
            new InspectResult.Layer(
                "linear", "Gemm", Optional.empty(), 65_536, OptionalLong.empty())),
        1_200_000,
        List.of(
            new WeightTally.Stored("float32", 1_200_000, 4_800_000),
            new WeightTally.Stored("int8", 999, 999)),
        OptionalLong.of(220_000_000),
        List.of(new OpCount("Conv", 52), new OpCount("PRelu", 34)),
        List.of(),
        List.of(),
        List.of(unsupported));
  }

  private static void failIfAsked(Path model, Progress progress) {
    switch (model.toString()) {
      case "two-problems.pt" -> {
        Problems problems = new Problems();
        problems.add(
            Problem.of(ErrorId.PICKLE_GLOBAL, "the pickle names posix.system")
                .at("two-problems.pt!data.pkl@17")
                .found("posix \u001b[2Jsystem")
                .hint("do not use this file"));
        problems.add(Problem.of(ErrorId.ZIP_BOMB, "an entry inflates 9000 times"));
        problems.throwIfAny();
      }
      case "memory.pt" -> throw new IllegalStateException(new OutOfMemoryError("Java heap space"));
      case "error.pt" -> throw new AssertionError("impossible");
      case "bug.pt" -> throw new IllegalStateException("impossible");
      case "umlaut.pt" -> throw Problem.of(ErrorId.TS_OPERATOR, "\u00fc \u00d72").asException();
      case "slow.pt" -> sleep(progress);
      default -> {}
    }
  }

  private static void sleep(Progress progress) {
    progress.message("waiting");
    try {
      TimeUnit.MINUTES.sleep(5);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

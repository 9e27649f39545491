package io.facekit.quantize.job;

import io.facekit.core.ir.Graph;
import io.facekit.core.quant.Precision;
import io.facekit.quantize.Progress;
import io.facekit.quantize.recipe.Recipe;
import io.facekit.quantize.report.PlanReport;
import io.facekit.quantize.report.PlanReport.Kind;
import io.facekit.quantize.search.Trial;
import io.facekit.runtime.run.Latency;
import io.facekit.runtime.run.Runner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the models between all INT8 and FP32, and times them in one interleaved run. */
final class Frontier {
  private static final int WARM_UP = 5;
  private static final int ROUNDS = 40;

  private final SourceModel model;
  private final Graph base;
  private final Calibration calibrated;
  private final Trial trial;
  private final Path work;
  private final Progress progress;

  /**
   * A model to be timed.
   *
   * @param recipe that asks for it
   * @param layers those that are not INT8
   */
  record Candidate(
      Kind kind, Recipe recipe, Map<String, Precision> layers, double fp16Share, double drift) {}

  Frontier(
      SourceModel model,
      Graph base,
      Calibration calibrated,
      Trial trial,
      Path work,
      Progress progress) {
    this.model = model;
    this.base = base;
    this.calibrated = calibrated;
    this.trial = trial;
    this.work = work;
    this.progress = progress;
  }

  /** The candidates in their order, after FP32. */
  List<PlanReport.Point> measure(List<Candidate> candidates) {
    progress.stage("time", 0);
    List<Built> built = new ArrayList<>();
    Recipe first = candidates.get(0).recipe();
    built.add(builder(first, "fp32").fp32(calibrated.exact().get(0)));
    for (Candidate c : candidates) {
      Trial.Model mixed = trial.mixed(c.layers());
      built.add(
          builder(c.recipe(), "point" + built.size()).planned(mixed.plan(), mixed.quantization()));
    }
    List<Runner> runners = new ArrayList<>();
    try {
      built.forEach(b -> runners.add(ArtifactFiles.open(b.file(), 1, b.target())));
      List<Latency.Subject> subjects = new ArrayList<>();
      for (int i = 0; i < built.size(); i++) {
        subjects.add(new Latency.Subject("point" + i, runners.get(i)));
      }
      List<Latency.Timing> timings = Latency.measure(subjects, 1, WARM_UP, ROUNDS);
      List<PlanReport.Point> points = new ArrayList<>();
      points.add(point(Kind.FP32, 0, 0, built.get(0), timings.get(0)));
      for (int i = 0; i < candidates.size(); i++) {
        Candidate c = candidates.get(i);
        points.add(point(c.kind(), c.fp16Share(), c.drift(), built.get(i + 1), timings.get(i + 1)));
      }
      return points;
    } finally {
      runners.forEach(Runner::close);
    }
  }

  private Builder builder(Recipe recipe, String folder) {
    try {
      return new Builder(
          model,
          recipe,
          Planning.plan(base, recipe),
          calibrated.ranges(),
          "",
          false,
          Files.createDirectories(work.resolve(folder)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PlanReport.Point point(
      Kind kind, double share, double drift, Built built, Latency.Timing timing) {
    return new PlanReport.Point(
        kind,
        share,
        drift,
        built.sizeBytes(),
        timing.median().toNanos() / 1e6,
        timing.ratioToFirst());
  }
}

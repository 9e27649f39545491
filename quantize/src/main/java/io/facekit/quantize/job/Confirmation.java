package io.facekit.quantize.job;

import io.facekit.core.ir.Graph;
import io.facekit.quantize.Progress;
import io.facekit.quantize.drift.CosineDrift;
import io.facekit.quantize.drift.Embeddings;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.recipe.Recipe;
import io.facekit.quantize.search.Journal;
import io.facekit.runtime.face.FaceSet;
import io.facekit.runtime.run.Runner;
import java.nio.file.Path;
import java.util.List;

/** Carries out a recipe as quantize does, and measures the artifact on the evaluation faces. */
record Confirmation(
    SourceModel model,
    Graph base,
    Recipe recipe,
    FaceSet calibration,
    FaceSet evaluation,
    int threads,
    Progress progress) {

  /** 1 minus the mean cosine between the float artifact and that of the recipe. */
  double of(Recipe planned, Journal journal, Path work) {
    return journal.get(
        "confirmed " + planned.canonical(),
        () -> {
          QuantPlan plan = Planning.plan(base, planned);
          return drift(
              planned,
              plan,
              Calibration.run(base, plan, planned, calibration, threads, progress),
              work);
        });
  }

  /** The same, when the calibration is at hand. */
  double of(Recipe planned, Calibration calibrated, Journal journal, Path work) {
    return journal.get(
        "confirmed " + planned.canonical(),
        () -> drift(planned, Planning.plan(base, planned), calibrated, work));
  }

  private double drift(Recipe planned, QuantPlan plan, Calibration calibrated, Path work) {
    Builder builder =
        new Builder(
            model,
            planned,
            plan,
            calibrated.ranges(),
            "sha256:" + calibration.digest(),
            false,
            work);
    Built exact = builder.fp32(calibrated.exact().get(0));
    Built built = builder.planned(calibrated.targets().get(0), calibrated.quantizations().get(0));
    progress.stage("confirm", evaluation.size());
    try (Runner reference = ArtifactFiles.open(exact.file(), 1, exact.target());
        Runner candidate = ArtifactFiles.open(built.file(), 1, built.target())) {
      List<Embeddings> both =
          Embedder.embed(
              List.of(reference, candidate), evaluation, recipe.contract(), threads, progress);
      return 1 - CosineDrift.of(both.get(0), both.get(1)).mean();
    }
  }
}

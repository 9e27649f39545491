package io.facekit.quantize.job;

import io.facekit.core.quant.Target;
import io.facekit.quantize.Progress;
import io.facekit.quantize.drift.Embeddings;
import io.facekit.quantize.recipe.Recipe;
import io.facekit.quantize.report.Report;
import io.facekit.runtime.face.FaceSet;
import io.facekit.runtime.run.Latency;
import io.facekit.runtime.run.Runner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that was measured of the artifacts, by their names. */
record Evaluation(
    Map<String, Embeddings> embeddings, Map<String, Report.Latency> latency, LayerFindings layers) {
  private static final int WARM_UP = 10;
  private static final int ROUNDS = 30;

  static Evaluation run(
      List<Built> built,
      List<Runner> runners,
      FaceSet faces,
      Recipe recipe,
      int threads,
      LayerFindings layers,
      Progress progress) {
    progress.stage("measure drift", faces.size());
    List<Embeddings> all = Embedder.embed(runners, faces, recipe.contract(), threads, progress);
    Map<String, Embeddings> embeddings = new LinkedHashMap<>();
    for (int i = 0; i < built.size(); i++) {
      embeddings.put(built.get(i).name(), all.get(i));
    }
    progress.stage("time", 0);
    return new Evaluation(embeddings, latency(built, runners), layers);
  }

  /** The artifacts of one format against each other, in one interleaved run. */
  private static Map<String, Report.Latency> latency(List<Built> built, List<Runner> runners) {
    Map<String, Report.Latency> out = new LinkedHashMap<>();
    String cpu = Cpu.name();
    for (Target t : Target.values()) {
      if (!t.isTimedOn(Cpu.architecture())) {
        continue;
      }
      List<Latency.Subject> subjects = new ArrayList<>();
      String runtime = "";
      for (int i = 0; i < built.size(); i++) {
        if (built.get(i).target() == t) {
          subjects.add(new Latency.Subject(built.get(i).name(), runners.get(i)));
          runtime = runners.get(i).runtime();
        }
      }
      if (!subjects.isEmpty()) {
        for (Latency.Timing timing : Latency.measure(subjects, 1, WARM_UP, ROUNDS)) {
          out.put(
              timing.name(),
              new Report.Latency(
                  timing.median().toNanos() / 1e6, timing.ratioToFirst(), runtime, 1, cpu));
        }
      }
    }
    return out;
  }
}

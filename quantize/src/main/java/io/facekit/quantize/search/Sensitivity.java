package io.facekit.quantize.search;

import io.facekit.quantize.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What one unit does to the embedding; every figure is a drift.
 *
 * @param weights only its weights are rounded, all else is float
 * @param activations what its INT8 activations add to that
 * @param alone both, all else is float
 * @param accumulated everything up to it is INT8, the rest float
 * @param promoted how much of the drift of the INT8 model goes when it becomes FP16
 */
public record Sensitivity(
    Unit unit,
    double weights,
    double activations,
    double alone,
    double accumulated,
    double promoted) {

  /** Of every unit, in the order of the graph. */
  public static List<Sensitivity> measure(
      Units units, Trial trial, Search search, Journal journal, Progress progress) {
    progress.stage("explain each layer", units.all().size());
    List<Sensitivity> all = new ArrayList<>();
    List<Unit> before = new ArrayList<>();
    for (Unit u : units.all()) {
      before.add(u);
      Set<String> own = Trial.layers(List.of(u));
      Set<String> until = Trial.layers(before);
      all.add(
          new Sensitivity(
              u,
              journal.get("weights " + u.name(), () -> trial.ofWeights(own)),
              journal.get("activations " + u.name(), () -> trial.ofActivations(own)),
              journal.get("alone " + u.name(), () -> trial.ofAlone(own)),
              journal.get("until " + u.name(), () -> trial.ofAlone(until)),
              search.start().drift() - search.drift(List.of(u))));
      progress.step();
    }
    return List.copyOf(all);
  }
}

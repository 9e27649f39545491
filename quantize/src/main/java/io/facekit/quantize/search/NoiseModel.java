package io.facekit.quantize.search;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Foretells the drift of a set, to know which sets are worth measuring. Every unit adds the noise
 * of its weights, every value between two units that of its rounding, unless both are FP16. Both
 * come from measurements: what two neighbours do less together than apart is the rounding of the
 * value between them, which they share.
 */
final class NoiseModel {
  private final Map<Unit, Double> units = new LinkedHashMap<>();
  private final Map<List<Unit>, Double> values = new LinkedHashMap<>();

  /**
   * @param alone the drift when only these are INT8
   */
  NoiseModel(Units all, ToDoubleFunction<List<Unit>> alone) {
    Map<Unit, Double> own = new LinkedHashMap<>();
    all.all().forEach(u -> own.put(u, alone.applyAsDouble(List.of(u))));
    units.putAll(own);
    for (List<Unit> pair : all.neighbours()) {
      double apart = pair.stream().mapToDouble(u -> own.getOrDefault(u, 0.0)).sum();
      double shared = Math.max(0, apart - alone.applyAsDouble(pair));
      values.put(pair, shared);
      pair.forEach(u -> units.merge(u, -shared, Double::sum));
    }
    units.replaceAll((u, noise) -> Math.max(0, noise));
  }

  /** What is left when these are FP16. */
  double drift(Collection<Unit> fp16) {
    double sum = 0;
    for (Map.Entry<Unit, Double> unit : units.entrySet()) {
      sum += fp16.contains(unit.getKey()) ? 0 : unit.getValue();
    }
    for (Map.Entry<List<Unit>, Double> value : values.entrySet()) {
      sum += fp16.containsAll(value.getKey()) ? 0 : value.getValue();
    }
    return sum;
  }
}

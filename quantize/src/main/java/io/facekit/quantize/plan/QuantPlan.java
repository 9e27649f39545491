package io.facekit.quantize.plan;

import io.facekit.core.quant.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The precision that the recipe asks of every layer, in the order of the graph.
 *
 * @param warnings about rules that decide nothing
 */
public record QuantPlan(List<LayerPlan> layers, List<String> warnings) {
  public QuantPlan {
    layers = List.copyOf(layers);
    warnings = List.copyOf(warnings);
  }

  /** The requested precision by layer name. */
  public Map<String, Precision> requested() {
    Map<String, Precision> map = new LinkedHashMap<>();
    layers.forEach(l -> map.put(l.layer(), l.requested()));
    return map;
  }
}

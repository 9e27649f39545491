package io.facekit.quantize.plan;

import io.facekit.core.ir.Graph;
import io.facekit.core.quant.Precision;
import java.util.List;

/** Plans for graphs written in tests. */
public final class Plans {
  private Plans() {}

  /** Every layer in INT8. */
  public static QuantPlan int8(Graph graph) {
    return new QuantPlan(
        graph.nodes().stream()
            .map(n -> new LayerPlan(n.name(), n.op().type(), Precision.INT8, ""))
            .toList(),
        List.of());
  }
}

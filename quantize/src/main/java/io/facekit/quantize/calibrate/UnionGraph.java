package io.facekit.quantize.calibrate;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One graph that computes the values of several lowerings of the same model. Nodes of the same name
 * compute the same value, so the first one serves all.
 */
final class UnionGraph {
  private UnionGraph() {}

  static Graph of(List<Graph> graphs) {
    Graph union = graphs.get(0).copy();
    Map<String, Value> known = new HashMap<>();
    union.inputs().forEach(v -> known.put(v.name(), v));
    union.nodes().forEach(n -> known.put(n.name(), n.output()));
    for (Graph g : graphs.subList(1, graphs.size())) {
      for (Node n : g.nodes()) {
        if (!known.containsKey(n.name())) {
          List<Value> inputs = n.inputs().stream().map(v -> input(union, known, v)).toList();
          known.put(n.name(), union.append(n.name(), n.op(), inputs));
        }
      }
    }
    return union;
  }

  private static Value input(Graph union, Map<String, Value> known, Value v) {
    return v.isConstant()
        ? union.constant(v.name(), v.data())
        : Objects.requireNonNull(known.get(v.name()));
  }
}

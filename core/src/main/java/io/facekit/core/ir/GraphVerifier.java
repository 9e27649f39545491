package io.facekit.core.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Checks what every graph must hold between passes. */
public final class GraphVerifier {
  private GraphVerifier() {}

  /** What is wrong with the graph; empty when it is sound. */
  public static List<String> verify(Graph graph) {
    List<String> wrong = new ArrayList<>();
    Set<Value> known = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<String> names = new HashSet<>();
    known.addAll(graph.inputs());
    graph.inputs().forEach(v -> names.add(v.name()));
    for (Node n : graph.nodes()) {
      for (Value in : n.inputs()) {
        if (!in.isConstant() && !known.contains(in)) {
          wrong.add("node '" + n.name() + "' reads '" + in.name() + "' before it is computed");
        }
      }
      if (!names.add(n.name())) {
        wrong.add("two values are named '" + n.name() + "'");
      }
      try {
        TensorType inferred = n.op().infer(n.inputs().stream().map(Value::type).toList());
        if (!inferred.equals(n.output().type())) {
          wrong.add("node '" + n.name() + "' has type " + n.output().type() + ", not " + inferred);
        }
      } catch (ShapeMismatch e) {
        wrong.add("node '" + n.name() + "': " + e.getMessage());
      }
      known.add(n.output());
    }
    for (Value out : graph.outputs()) {
      if (!known.contains(out)) {
        wrong.add("output '" + out.name() + "' is not computed");
      }
    }
    return wrong;
  }
}

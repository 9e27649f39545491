package io.facekit.quantize.job;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.quantize.plan.Macs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Counts of a canonical graph. */
final class GraphFacts {
  private GraphFacts() {}

  /** The nodes that read constants with more than one element. */
  static List<InspectResult.Layer> layers(Graph graph) {
    return graph.nodes().stream()
        .filter(n -> Planning.layer(n).weighted() && parameters(n) > 0)
        .map(
            n ->
                new InspectResult.Layer(
                    n.name(),
                    n.op().type(),
                    Optional.of(n.output().type().toString()),
                    parameters(n),
                    OptionalLong.of(Macs.of(n))))
        .toList();
  }

  private static long parameters(Node n) {
    return n.inputs().stream().filter(Value::isConstant).mapToLong(v -> v.data().elements()).sum();
  }

  /** Multiply-accumulates of Conv and Gemm for one image. */
  static long macs(Graph graph) {
    return graph.nodes().stream().mapToLong(Macs::of).sum();
  }

  /** How often each op occurs. */
  static List<InspectResult.OpCount> ops(Graph graph) {
    Map<String, Integer> ops = new TreeMap<>();
    graph.nodes().forEach(n -> ops.merge(n.op().type(), 1, Integer::sum));
    return counts(ops);
  }

  static List<InspectResult.OpCount> counts(Map<String, Integer> ops) {
    return ops.entrySet().stream()
        .map(e -> new InspectResult.OpCount(e.getKey(), e.getValue()))
        .toList();
  }

  /** Name, type and shape of each. */
  static List<String> described(List<Value> values) {
    return values.stream().map(v -> v.name() + " " + v.type()).toList();
  }

  /** One line per node. */
  static List<String> lines(Graph graph) {
    return GraphPrinter.print(graph).lines().toList();
  }
}

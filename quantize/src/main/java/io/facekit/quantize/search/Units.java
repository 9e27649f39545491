package io.facekit.quantize.search;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.QuantRule;
import io.facekit.quantize.plan.Macs;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.quantize.select.Layer;
import io.facekit.quantize.select.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The units of a graph that can be INT8, and which of them follow each other.
 *
 * @param all in the order of the graph
 * @param neighbours pairs of units, the second of which reads what the first writes
 */
public record Units(List<Unit> all, List<List<Unit>> neighbours) {
  /** Writing one value takes about as long as this many multiply-accumulates. */
  private static final int MACS_PER_OUTPUT = 16;

  public Units {
    all = List.copyOf(all);
    neighbours = List.copyOf(neighbours);
  }

  /**
   * @param canonical the graph whose layers a recipe names
   * @param layers the same as selectors see them
   * @param int8 a plan in which all layers are INT8 that can be
   */
  public static Units of(Graph canonical, List<Layer> layers, TargetPlan int8) {
    Set<String> quantized =
        int8.graph().nodes().stream()
            .filter(int8::isInt8)
            .map(Node::layer)
            .collect(Collectors.toSet());
    Map<String, List<Node>> groups = groups(canonical);
    Map<String, Unit> units = new LinkedHashMap<>();
    for (List<Node> group : new LinkedHashSet<>(groups.values())) {
      if (group.stream().anyMatch(n -> quantized.contains(n.name()))) {
        Unit unit = unit(group, layers);
        group.forEach(n -> units.put(n.name(), unit));
      }
    }
    Set<List<Unit>> pairs = new LinkedHashSet<>();
    for (Node n : canonical.nodes()) {
      Unit reader = units.get(n.name());
      for (Value in : n.inputs()) {
        Unit writer = writer(in, units);
        if (reader != null && writer != null && !reader.equals(writer)) {
          pairs.add(List.of(writer, reader));
        }
      }
    }
    return new Units(List.copyOf(new LinkedHashSet<>(units.values())), List.copyOf(pairs));
  }

  /** Of all units. */
  public long parameters() {
    return Math.max(1, all.stream().mapToLong(Unit::parameters).sum());
  }

  /** By the name of each node. Nodes that only move values follow whatever their neighbours are. */
  private static Map<String, List<Node>> groups(Graph graph) {
    Map<String, List<Node>> groups = new LinkedHashMap<>();
    for (Node n : graph.nodes()) {
      QuantRule rule = Ops.rule(n);
      if (rule instanceof QuantRule.SameScale || !n.name().equals(n.layer())) {
        continue;
      }
      Node producer = n.inputs().isEmpty() ? null : n.input(0).producer();
      List<Node> group = producer == null ? null : groups.get(producer.name());
      boolean follows =
          group != null
              && !(rule instanceof QuantRule.Weighted)
              && Ops.rule(group.get(0)) instanceof QuantRule.Weighted
              && n.inputs().stream().filter(v -> !v.isConstant()).count() == 1
              && graph.soleConsumer(n.input(0)).isPresent();
      if (!follows || group == null) {
        group = new ArrayList<>();
      }
      group.add(n);
      groups.put(n.name(), group);
    }
    return groups;
  }

  private static @Nullable Unit writer(Value value, Map<String, Unit> units) {
    Node n = value.producer();
    while (n != null
        && !units.containsKey(n.name())
        && Ops.rule(n) instanceof QuantRule.SameScale) {
      n = n.input(0).producer();
    }
    return n == null ? null : units.get(n.name());
  }

  private static Unit unit(List<Node> nodes, List<Layer> layers) {
    List<String> names = nodes.stream().map(Node::name).toList();
    String shared = sharedModule(names);
    Selector pattern = shared.isEmpty() ? null : Selector.parse(shared + ".**");
    boolean fits =
        pattern != null && pattern.select(layers).stream().map(Layer::name).toList().equals(names);
    Set<Value> constants = new LinkedHashSet<>();
    nodes.forEach(n -> n.inputs().stream().filter(Value::isConstant).forEach(constants::add));
    return new Unit(
        fits ? shared : names.get(0),
        pattern != null && fits ? List.of(pattern.text()) : names,
        names,
        constants.stream().mapToLong(v -> v.data().elements()).sum(),
        nodes.stream()
            .mapToLong(n -> Macs.of(n) + MACS_PER_OUTPUT * n.output().type().shape().elementsAt(1))
            .sum());
  }

  /** The longest module path that all names begin with; empty if there is none. */
  private static String sharedModule(List<String> names) {
    String shared = names.get(0);
    for (String name : names) {
      while (!shared.isEmpty() && !(name.equals(shared) || name.startsWith(shared + "."))) {
        shared = shared.substring(0, Math.max(0, shared.lastIndexOf('.')));
      }
    }
    return names.size() == 1 ? shared.substring(0, Math.max(0, shared.lastIndexOf('.'))) : shared;
  }
}

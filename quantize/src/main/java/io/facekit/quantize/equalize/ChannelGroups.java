package io.facekit.quantize.equalize;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Activation;
import io.facekit.core.op.Add;
import io.facekit.core.op.AveragePool;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Flatten;
import io.facekit.core.op.Gemm;
import io.facekit.core.op.LeakyRelu;
import io.facekit.core.op.MaxPool;
import io.facekit.core.op.Mul;
import io.facekit.core.op.PRelu;
import io.facekit.core.op.Relu;
import io.facekit.core.op.Sub;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the groups. Conv and Gemm separate them: whatever the scales of a value's channels are, the
 * constants can take them. Ops that are positively homogeneous in each channel, {@code f(g x) = g
 * f(x)} for {@code g > 0}, join their input and output. Every other op holds the scales of the
 * values around it, as the graph's inputs and outputs do.
 */
final class ChannelGroups {
  private final Graph graph;
  private final Map<Value, Value> parents = new HashMap<>();
  private final Set<Value> held = new HashSet<>();

  private ChannelGroups(Graph graph) {
    this.graph = graph;
  }

  static List<ChannelGroup> of(Graph graph) {
    ChannelGroups g = new ChannelGroups(graph);
    graph.inputs().forEach(g::hold);
    graph.outputs().forEach(g::hold);
    graph.nodes().forEach(g::visit);
    return g.groups();
  }

  private void visit(Node n) {
    if (isWeighted(n)) {
      return;
    }
    if (isHomogeneous(n)) {
      n.inputs().stream().filter(v -> !v.isConstant()).forEach(v -> join(v, n.output()));
    } else if (n.op() instanceof Mul && n.inputs().stream().noneMatch(Value::isConstant)) {
      scaleByGate(n);
    } else {
      n.inputs().forEach(this::hold);
      hold(n.output());
    }
  }

  private static boolean isWeighted(Node n) {
    return (n.op() instanceof Conv || n.op() instanceof Gemm) && n.hasConstantParameters();
  }

  private static boolean isHomogeneous(Node n) {
    if (n.op() instanceof PRelu) {
      return n.hasConstantParameters();
    }
    if (n.op() instanceof Add || n.op() instanceof Sub) {
      return n.inputs().stream().allMatch(v -> !v.isConstant() && sameType(v, n.output()));
    }
    return n.op() instanceof Relu
        || n.op() instanceof LeakyRelu
        || n.op() instanceof MaxPool
        || n.op() instanceof AveragePool
        || n.op() instanceof Flatten;
  }

  /** A map times a gate per channel: the map's scales pass, the gate's are held. */
  private void scaleByGate(Node n) {
    for (Value v : n.inputs()) {
      if (sameType(v, n.output()) && n.input(0) != n.input(1)) {
        join(v, n.output());
      } else {
        hold(v);
      }
    }
    if (n.inputs().stream().allMatch(v -> sameType(v, n.output()))) {
      hold(n.output());
    }
  }

  private static boolean sameType(Value a, Value b) {
    return a.type().equals(b.type());
  }

  private Value root(Value v) {
    Value parent = parents.getOrDefault(v, v);
    return parent == v ? v : root(parent);
  }

  private void join(Value a, Value b) {
    Value from = root(a);
    Value to = root(b);
    if (from != to) {
      parents.put(from, to);
      if (held.contains(from)) {
        held.add(to);
      }
    }
  }

  private void hold(Value v) {
    held.add(root(v));
  }

  private List<ChannelGroup> groups() {
    Map<Value, ChannelGroup> groups = new LinkedHashMap<>();
    for (Node n : graph.nodes()) {
      ChannelGroup to = group(groups, n.output());
      if (!(n.op() instanceof Flatten)) {
        to.values().add(n.name());
      }
      if (isWeighted(n)) {
        to.producers().add(n.name());
        group(groups, n.input(0)).consumers().add(n.name());
        if (activation(n) == Activation.RELU6) {
          to.clipped().add(n.name());
        }
      }
    }
    List<ChannelGroup> scalable = new ArrayList<>();
    groups.forEach(
        (root, group) -> {
          if (!held.contains(root)
              && !group.producers().isEmpty()
              && !group.consumers().isEmpty()) {
            scalable.add(group);
          }
        });
    return scalable;
  }

  private ChannelGroup group(Map<Value, ChannelGroup> groups, Value v) {
    return groups.computeIfAbsent(
        root(v),
        r ->
            new ChannelGroup(
                channels(v),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>()));
  }

  private static int channels(Value v) {
    return v.type().shape().rank() < 2 ? 0 : v.type().shape().size(1);
  }

  static Activation activation(Node n) {
    return n.op() instanceof Conv c
        ? c.activation()
        : n.op() instanceof Gemm g ? g.activation() : Activation.NONE;
  }
}

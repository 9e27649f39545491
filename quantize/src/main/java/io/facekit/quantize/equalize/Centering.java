package io.facekit.quantize.equalize;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Activation;
import io.facekit.core.op.Add;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Flatten;
import io.facekit.core.pass.ChannelShift;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Moves every channel of a residual stream, or of another value between linear layers, so that its
 * range is centred at 0: a channel in [-1, 9] and one in [-9, 1] need a range of 18 together, and
 * of 10 once centred. The layer that starts the stream gets the shift into its bias, those that
 * read the stream get it back out of theirs, so the graph computes what it did (channel-wise
 * shifting of Wei et al., "Outlier Suppression+", 2023, section 4.1, through residual adds).
 */
final class Centering {
  /**
   * Fewer images show too little of the range of a channel: centred channels have no room to spare,
   * and other faces would be clipped.
   */
  static final int LEAST_IMAGES = 128;

  private final Graph graph;
  private final ChannelGroup group;

  /** How many times each value holds the shift. */
  private final Map<String, Integer> times = new HashMap<>();

  private Centering(Graph graph, ChannelGroup group) {
    this.graph = graph;
    this.group = group;
    group.values().forEach(v -> times.put(v, times(node(v))));
  }

  /**
   * Centres the group if that is exact.
   *
   * @param extents of values of the group, which move along
   */
  static void run(Graph graph, ChannelGroup group, Map<String, Extents> extents) {
    Centering c = new Centering(graph, group);
    List<String> moved = extents.keySet().stream().filter(c::holds).toList();
    if (c.isExact() && !moved.isEmpty()) {
      c.shift(extents, moved);
    }
  }

  private boolean isExact() {
    return times.values().stream().allMatch(t -> t == 0 || t == 1)
        && group.consumers().stream()
            .allMatch(n -> !(node(n).op() instanceof Conv c) || !c.isPadded());
  }

  /** -1 for what a shift cannot pass. */
  private int times(Node n) {
    if (group.producers().contains(n.name())) {
      boolean linear = ChannelGroups.activation(n) == Activation.NONE;
      return !linear ? -1 : n.name().equals(group.producers().get(0)) ? 1 : 0;
    }
    if (n.op() instanceof Add) {
      return n.inputs().stream().mapToInt(v -> times.getOrDefault(v.name(), -1)).sum();
    }
    return -1;
  }

  private boolean holds(String value) {
    return times.getOrDefault(value, 0) == 1;
  }

  private void shift(Map<String, Extents> extents, List<String> moved) {
    Extents all = new Extents(group.channels());
    moved.forEach(v -> all.addAll(Objects.requireNonNull(extents.get(v))));
    double[] shift = new double[group.channels()];
    for (int c = 0; c < shift.length; c++) {
      shift[c] = -(all.low(c) + (double) all.high(c)) / 2;
    }
    moved.forEach(v -> Objects.requireNonNull(extents.get(v)).move(shift));
    ChannelShift.shiftOutputs(graph, node(group.producers().get(0)), shift);
    for (String n : group.consumers()) {
      if (holds(source(node(n).input(0)).name())) {
        ChannelShift.undoAtInputs(graph, node(n), shift);
      }
    }
  }

  private static Value source(Value v) {
    Node producer = v.producer();
    return producer != null && producer.op() instanceof Flatten ? source(producer.input(0)) : v;
  }

  private Node node(String name) {
    return graph.node(name).orElseThrow();
  }
}

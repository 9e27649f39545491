package io.facekit.quantize.plan;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Add;
import io.facekit.core.op.PRelu;
import io.facekit.core.pass.LowerPRelu;
import io.facekit.quantize.observe.Range;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One scale for a PRelu's input, its output and the branch of its lowering. In units of that scale
 * the input is an integer n, and {@code n + round((a - 1) n) = round(a n)}: positive values are not
 * rounded again, and a float PRELU between integers computes the codes that the lowered one does,
 * so the artifacts of all targets agree.
 */
public final class SharedRanges {
  private SharedRanges() {}

  /** The values of the canonical graph that share a range: a PRelu's input and output. */
  public static List<List<String>> groups(Graph canonical) {
    Map<String, List<String>> groupOf = new LinkedHashMap<>();
    for (Node n : canonical.nodes()) {
      List<Value> joined =
          n.op() instanceof PRelu
              ? List.of(n.input(0), n.output())
              : n.op() instanceof Add && n.inputs().stream().noneMatch(Value::isConstant)
                  ? List.of(n.input(0), n.input(1), n.output())
                  : List.of();
      List<String> all = new ArrayList<>();
      for (Value v : joined) {
        List<String> g = groupOf.getOrDefault(v.name(), List.of(v.name()));
        g.stream().filter(name -> !all.contains(name)).forEach(all::add);
      }
      all.forEach(name -> groupOf.put(name, all));
    }
    return groupOf.values().stream().distinct().toList();
  }

  /**
   * @param ranges of values by name, each chosen for itself
   */
  public static Map<String, Range> of(Graph canonical, Map<String, Range> ranges) {
    Map<String, Range> shared = new LinkedHashMap<>(ranges);
    for (List<String> group : groups(canonical)) {
      List<String> known = group.stream().filter(ranges::containsKey).toList();
      Range all =
          known.stream()
              .map(v -> Objects.requireNonNull(ranges.get(v)))
              .reduce(Range.ZERO, Range::union);
      known.forEach(v -> shared.put(v, all));
      group.forEach(
          v ->
              shared.computeIfPresent(
                  LowerPRelu.branch(v), (name, own) -> new Range(0, all.max() - all.min())));
    }
    return shared;
  }
}

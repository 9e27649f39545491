package io.facekit.quantize.plan;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Gemm;
import io.facekit.core.op.Ops;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.quant.Target;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A plan carried over to the graph of one target: the precision of each of its nodes, and why a
 * node does not have the one that was requested.
 */
public final class TargetPlan {
  private final Target target;
  private final Graph graph;
  private final Map<String, Precision> precisions = new LinkedHashMap<>();
  private final Map<String, String> refusals = new LinkedHashMap<>();

  private TargetPlan(Target target, Graph graph) {
    this.target = target;
    this.graph = graph;
  }

  /**
   * @param canonical is copied, not changed
   */
  public static TargetPlan of(Graph canonical, QuantPlan plan, Target target) {
    Graph graph = canonical.copy();
    Pipelines.run(Pipelines.forTarget(target), graph);
    return assign(target, graph, plan);
  }

  /** The same graph under another plan. */
  public TargetPlan replanned(QuantPlan plan) {
    return assign(target, graph, plan);
  }

  private static TargetPlan assign(Target target, Graph graph, QuantPlan plan) {
    TargetPlan p = new TargetPlan(target, graph);
    Map<String, Precision> requested = plan.requested();
    for (Node n : graph.nodes()) {
      Precision wanted = wanted(n, requested);
      if (target.arithmetic() == Target.Arithmetic.FLOAT) {
        p.precisions.put(n.name(), wanted == Precision.FP32 ? wanted : Precision.FP16);
        continue;
      }
      Optional<String> refusal =
          wanted == Precision.INT8 ? p.refusal(n, requested) : Optional.empty();
      refusal.ifPresent(r -> p.refusals.put(n.name(), r));
      p.precisions.put(n.name(), refusal.isPresent() ? Precision.FP32 : wanted);
    }
    return p;
  }

  /** Int8 weights are for nodes that have weights; others beside them are float anyway. */
  private static Precision wanted(Node n, Map<String, Precision> requested) {
    Precision wanted = requested.getOrDefault(n.layer(), Precision.FP32);
    boolean hasWeights =
        Ops.rule(n) instanceof QuantRule.Weighted w && n.input(w.weightInput()).isConstant();
    return wanted == Precision.INT8_WEIGHTS && !hasWeights ? Precision.FP32 : wanted;
  }

  private Optional<String> refusal(Node n, Map<String, Precision> requested) {
    QuantRule rule = Ops.rule(n);
    if (target.quantizesInputsOnly() && !(rule instanceof QuantRule.Weighted)) {
      return Optional.of("the runtime chooses its precision");
    }
    if (rule instanceof QuantRule.FloatOnly f) {
      return Optional.of(f.reason());
    }
    if (rule instanceof QuantRule.Free && n.inputs().stream().anyMatch(Value::isConstant)) {
      return Optional.of("one operand is a constant");
    }
    if (rule instanceof QuantRule.Weighted w && !n.input(w.weightInput()).isConstant()) {
      return Optional.of("the weight is computed");
    }
    Node producer = n.input(0).producer();
    if (rule instanceof QuantRule.SameScale
        && (producer == null || precisions.get(producer.name()) != Precision.INT8)
        && graph.consumers(n.output()).stream()
            .noneMatch(c -> requested.get(c.layer()) == Precision.INT8)) {
      return Optional.of("it stands between float layers");
    }
    return Optional.empty();
  }

  public Target target() {
    return target;
  }

  public Graph graph() {
    return graph;
  }

  public Map<String, Precision> precisions() {
    return precisions;
  }

  /** Nodes that stay float although INT8 was requested, with the reason. */
  public Map<String, String> refusals() {
    return refusals;
  }

  public boolean isInt8(Node n) {
    return precisions.get(n.name()) == Precision.INT8;
  }

  /** The names of all values whose range must be known. */
  public Set<String> rangesNeeded() {
    Set<String> names = new LinkedHashSet<>();
    for (Node n : graph.nodes()) {
      if (isInt8(n)) {
        n.inputs().stream().filter(v -> !v.isConstant()).forEach(v -> names.add(v.name()));
        if (!hasFloatOutput(n)) {
          names.add(n.output().name());
        }
      }
    }
    return names;
  }

  /**
   * Whether an INT8 node writes float: ONNX Runtime's QGemm does, so the embedding itself is never
   * rounded to 8 bits, and all nodes of a target that quantizes inputs only. Only where nothing in
   * INT8 reads the output.
   */
  public boolean hasFloatOutput(Node n) {
    return (target.quantizesInputsOnly() || (target.isOnnxRuntime() && n.op() instanceof Gemm))
        && graph.consumers(n.output()).stream().noneMatch(this::isInt8);
  }
}

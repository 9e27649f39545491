package io.facekit.quantize.audit;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Node;
import io.facekit.core.onnx.OnnxSummary;
import io.facekit.core.onnx.OnnxSummary.OnnxNode;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.QuantRule;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.quantize.report.Report;
import io.facekit.runtime.run.OnnxRunner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens an artifact with ONNX Runtime, lets it write the graph that it would run, and looks up
 * every node that the plan wants in INT8: did it become an integer kernel?
 */
public final class FusionAuditor {
  /** Kernels of ONNX Runtime's CPU provider that compute on 8-bit codes. */
  private static final Set<String> INTEGER =
      Set.of(
          "QLinearConv",
          "QGemm",
          "QLinearAdd",
          "QLinearAveragePool",
          "QLinearConcat",
          "QLinearGlobalAveragePool",
          "QLinearLeakyRelu",
          "QLinearMul",
          "QLinearSigmoid",
          "QLinearSoftmax");

  /** Ops that only move codes: integer when they write codes. */
  private static final Set<String> MOVES =
      Set.of("Flatten", "Gather", "MaxPool", "Reshape", "Resize", "Slice", "Transpose");

  private static final Set<String> WITH_WEIGHTS = Set.of("Conv", "Gemm");

  private FusionAuditor() {}

  /**
   * What is wrong with an artifact that was audited: a Conv or Gemm in float although its plan says
   * INT8, which is no accuracy gained and all speed lost. Other ops may be left over, and are only
   * reported.
   *
   * @return one problem {@code VERIFY_FUSION} for each such node
   */
  public static List<Problem> problems(Report.FusionAudit audit, TargetPlan plan) {
    Map<String, Node> nodes = new HashMap<>();
    plan.graph().nodes().forEach(n -> nodes.put(n.name(), n));
    return audit.leftovers().stream()
        .filter(
            l ->
                Ops.rule(Objects.requireNonNull(nodes.get(l.node()))) instanceof QuantRule.Weighted)
        .map(
            l ->
                Problem.of(ErrorId.VERIFY_FUSION, "a layer planned INT8 is not integer")
                    .at(audit.artifact() + ", " + l.node() + " (" + l.op() + ")")
                    .found(l.reason())
                    .hint("fp32 for this layer in the recipe; and please report it"))
        .toList();
  }

  /**
   * For a target that is not ONNX Runtime, only whether the file has what lets its runtime compute
   * in integers: a DequantizeLinear at the input and at the weight.
   *
   * @param artifact the file's name, for the report
   */
  public static Report.FusionAudit audit(String artifact, byte[] model, TargetPlan plan) {
    if (!plan.target().isOnnxRuntime()) {
      return asWritten(artifact, OnnxSummary.of(model), plan);
    }
    OnnxRunner.Options options = OnnxRunner.Options.DEFAULT.forCodesOf(plan.target());
    OnnxSummary fused =
        OnnxSummary.of(OnnxRunner.optimize(model, options.with(OnnxRunner.Optimization.EXTENDED)));
    Map<String, OnnxNode> producers = new HashMap<>();
    fused.nodes().forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
    int planned = 0;
    List<Report.Leftover> leftovers = new ArrayList<>();
    for (Node n : plan.graph().nodes()) {
      if (plan.isInt8(n)) {
        planned++;
        OnnxNode kernel = producers.get(tensor(plan, n));
        if (kernel == null || !isInteger(kernel)) {
          String reason = kernel == null ? "the tensor is gone" : "it runs as " + kernel.type();
          leftovers.add(new Report.Leftover(n.name(), n.op().type(), reason));
        }
      }
    }
    return new Report.FusionAudit(
        artifact,
        planned,
        planned - leftovers.size(),
        leftovers,
        OnnxSummary.of(OnnxRunner.optimize(model, options)).typeCounts());
  }

  private static Report.FusionAudit asWritten(String artifact, OnnxSummary file, TargetPlan plan) {
    Map<String, OnnxNode> producers = new HashMap<>();
    file.nodes().forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
    Map<String, OnnxNode> named = new HashMap<>();
    file.nodes().forEach(n -> named.put(n.name(), n));
    List<Node> planned = plan.graph().nodes().stream().filter(plan::isInt8).toList();
    List<Report.Leftover> leftovers =
        planned.stream()
            .filter(n -> !readsCodes(named.get(n.name()), producers))
            .map(n -> new Report.Leftover(n.name(), n.op().type(), "it reads float"))
            .toList();
    return new Report.FusionAudit(
        artifact, planned.size(), planned.size() - leftovers.size(), leftovers, file.typeCounts());
  }

  /**
   * @param last the layer's last operator: its activation, or what has the weights itself
   */
  private static boolean readsCodes(@Nullable OnnxNode last, Map<String, OnnxNode> producers) {
    OnnxNode node = last;
    while (node != null && !WITH_WEIGHTS.contains(node.type())) {
      node = producers.get(node.inputs().get(0));
    }
    return node != null
        && node.inputs().stream()
            .limit(2)
            .map(producers::get)
            .allMatch(p -> p != null && p.type().equals("DequantizeLinear"));
  }

  private static String tensor(TargetPlan plan, Node n) {
    if (plan.hasFloatOutput(n)) {
      return plan.graph().isOutput(n.output()) ? "output" : n.name();
    }
    return n.name() + ".q";
  }

  private static boolean isInteger(OnnxNode kernel) {
    return INTEGER.contains(kernel.type())
        || (MOVES.contains(kernel.type())
            && kernel.inputs().get(0).endsWith(".q")
            && kernel.outputs().get(0).endsWith(".q"));
  }
}

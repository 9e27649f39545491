package io.facekit.quantize.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.Target;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.plan.LayerPlan;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.Quantizer;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.quantize.report.Report;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Through the real ONNX Runtime: what it makes of artifacts that fuse, and of some that do not. */
class FusionAuditorTest {
  private static final Graph GRAPH =
      GraphParser.parse(
          """
          input input: f32[batch,1,2,2]
          conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](input, w: f32[2,1,1,1] {1.0 2.0}, b: f32[2] {1.0 -1.0})
          flat = Flatten(conv)
          fc = Gemm[activation=NONE](flat, fc.weight: f32[1,8] {1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0}, fc.bias: f32[1] {3.0})
          output fc
          """,
          Ops::fromText);

  private final TargetPlan plan =
      TargetPlan.of(GRAPH, planned("conv", "flat", "fc"), Target.ORT_X86);

  @Test
  void findsNothingWrongWithWhatFuses() {
    Report.FusionAudit audit = FusionAuditor.audit("x.onnx", emit(quantized(plan)), plan);
    assertThat(audit.leftovers()).isEmpty();
    assertThat(audit.integer()).isEqualTo(3);
    assertThat(FusionAuditor.problems(audit, plan)).isEmpty();
  }

  @Test
  void namesEveryPlannedLayerThatStaysFloat() {
    Report.FusionAudit audit = FusionAuditor.audit("x.onnx", emit(Quantization.NONE), plan);
    assertThat(audit.integer()).isZero();
    List<Problem> problems = FusionAuditor.problems(audit, plan);
    assertThat(problems)
        .as("moving codes around in float is no defect")
        .extracting(Problem::at)
        .containsExactly("x.onnx, conv (Conv)", "x.onnx, fc (Gemm)");
    assertThat(problems).extracting(Problem::id).containsOnly(ErrorId.VERIFY_FUSION);
    assertThat(problems).extracting(Problem::found).doesNotContainNull();
  }

  @Test
  void expectsNoIntegersOfALayerThatIsPlannedInFloat() {
    TargetPlan mixed = TargetPlan.of(GRAPH, planned("conv"), Target.ORT_X86);
    Report.FusionAudit audit = FusionAuditor.audit("x.onnx", emit(quantized(mixed)), mixed);
    assertThat(audit.plannedInt8()).isEqualTo(1);
    assertThat(FusionAuditor.problems(audit, mixed)).isEmpty();
  }

  private static QuantPlan planned(String... int8) {
    return new QuantPlan(
        GRAPH.nodes().stream()
            .map(
                n ->
                    new LayerPlan(
                        n.name(),
                        n.op().type(),
                        List.of(int8).contains(n.name()) ? Precision.INT8 : Precision.FP32,
                        "test"))
            .toList(),
        List.of());
  }

  private static Quantization quantized(TargetPlan plan) {
    Map<String, Range> ranges =
        plan.rangesNeeded().stream().collect(Collectors.toMap(v -> v, v -> new Range(-4, 4)));
    return Quantizer.resolve(plan, ranges);
  }

  private byte[] emit(Quantization quantization) {
    OnnxOptions options = new OnnxOptions(OnnxOptions.DEFAULT_OPSET, "0", Map.of(), List.of());
    return OnnxEmitter.emit(plan.graph(), quantization, options);
  }
}

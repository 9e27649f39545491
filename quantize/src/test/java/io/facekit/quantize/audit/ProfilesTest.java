package io.facekit.quantize.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.onnx.OnnxSummary;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.QuantParams;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.Target;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.plan.LayerPlan;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.Quantizer;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.quantize.report.Report;
import io.facekit.runtime.run.OnnxRunner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every ONNX profile in the real ONNX Runtime: fused as planned, and near to float. */
class ProfilesTest {
  private static final Graph GRAPH =
      GraphParser.parse(
          """
          input input: f32[batch,3,6,6]
          stem = Conv[strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], groups=1, activation=NONE](input, stem.w: f32[8,3,3,3] {seed 1}, stem.b: f32[8] {seed 2})
          act = PRelu(stem, slopes: f32[8] {0.25 0.5 -0.5 1.0 0.1 0.9 0.3 0.7})
          deep = Conv[strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], groups=8, activation=RELU](act, deep.w: f32[8,1,3,3] {seed 3}, deep.b: f32[8] {seed 4})
          wide = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](deep, wide.w: f32[8,8,1,1] {seed 5}, wide.b: f32[8] {seed 6})
          sum = Add(wide, act)
          flat = Flatten(sum)
          fc = Gemm[activation=NONE](flat, fc.weight: f32[4,288] {seed 7}, fc.bias: f32[4] {seed 8})
          output fc
          """,
          Ops::fromText);

  @ParameterizedTest
  @EnumSource(
      value = Target.class,
      names = {"ORT_X86", "ORT_X86_AVX2", "ORT_ARM"})
  void fusesEveryNode(Target target) {
    TargetPlan plan = TargetPlan.of(GRAPH, int8(), target);
    Report.FusionAudit audit = FusionAuditor.audit("x.onnx", emit(plan), plan);
    assertThat(audit.leftovers()).isEmpty();
    assertThat(audit.plannedInt8()).isEqualTo(plan.graph().nodes().size());
    assertThat(FusionAuditor.problems(audit, plan)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Target.class,
      names = {"ORT_X86", "ORT_X86_AVX2", "ORT_ARM", "TENSORRT_LIKE"})
  void staysNearToFloat(Target target) {
    TargetPlan plan = TargetPlan.of(GRAPH, int8(), target);
    byte[] exact = OnnxEmitter.emit(plan.graph(), Quantization.NONE, OnnxOptions.of("0"));
    for (int batch : new int[] {1, 3}) {
      float[] rounded = run(emit(plan), batch, target);
      assertThat(cosine(rounded, run(exact, batch, target))).isCloseTo(1, within(2e-3));
    }
  }

  @Test
  void tensorRtFindsCodesAtInputsOnly() {
    TargetPlan plan = TargetPlan.of(GRAPH, int8(), Target.TENSORRT_LIKE);
    byte[] model = emit(plan);
    Report.FusionAudit audit = FusionAuditor.audit("x.onnx", model, plan);
    assertThat(audit.leftovers()).isEmpty();
    assertThat(audit.plannedInt8()).as("Conv and Gemm").isEqualTo(4);
    assertThat(audit.opCounts())
        .as("one at each input")
        .containsEntry("QuantizeLinear", 4)
        .as("one at each input and weight")
        .containsEntry("DequantizeLinear", 8);
    Report.FusionAudit exact =
        FusionAuditor.audit(
            "x.onnx", OnnxEmitter.emit(plan.graph(), Quantization.NONE, OnnxOptions.of("0")), plan);
    assertThat(FusionAuditor.problems(exact, plan)).hasSize(4);
    assertThat(Quantizer.resolve(plan, ranges(plan)).activations().values())
        .allMatch(p -> p.zeroPoint() == QuantParams.SIGNED_OFFSET);
  }

  /** The integers are the same, only their spelling differs. */
  @Test
  void signedCodesStandForTheSameNumbers() {
    float[] unsigned = run(emit(TargetPlan.of(GRAPH, int8(), Target.ORT_X86)), 2, Target.ORT_X86);
    float[] signed = run(emit(TargetPlan.of(GRAPH, int8(), Target.ORT_ARM)), 2, Target.ORT_ARM);
    assertThat(cosine(unsigned, signed)).isCloseTo(1, within(1e-4));
  }

  /** The runtime converts them once, so that each run costs what it does in float. */
  @Test
  void int8WeightsAreFloatOnceLoaded() {
    TargetPlan plan = TargetPlan.of(GRAPH, all(Precision.INT8_WEIGHTS), Target.ORT_X86);
    assertThat(plan.rangesNeeded()).isEmpty();
    byte[] model = emit(plan);
    byte[] loaded = OnnxRunner.optimize(model, OnnxRunner.Options.DEFAULT);
    assertThat(OnnxSummary.of(loaded).typeCounts())
        .doesNotContainKeys("DequantizeLinear", "Cast", "Mul");
    byte[] exact = OnnxEmitter.emit(plan.graph(), Quantization.NONE, OnnxOptions.of("0"));
    float[] rounded = run(model, 2, Target.ORT_X86);
    assertThat(cosine(rounded, run(exact, 2, Target.ORT_X86))).isCloseTo(1, within(2e-4));
  }

  private static QuantPlan int8() {
    return all(Precision.INT8);
  }

  private static QuantPlan all(Precision precision) {
    return new QuantPlan(
        GRAPH.nodes().stream()
            .map(n -> new LayerPlan(n.name(), n.op().type(), precision, ""))
            .toList(),
        List.of());
  }

  private static byte[] emit(TargetPlan plan) {
    OnnxOptions options =
        new OnnxOptions(plan.target(), OnnxOptions.DEFAULT_OPSET, "0", Map.of(), List.of());
    return OnnxEmitter.emit(plan.graph(), Quantizer.resolve(plan, ranges(plan)), options);
  }

  /** What the values are for {@link #images}, measured in float. */
  private static Map<String, Range> ranges(TargetPlan plan) {
    List<String> values = plan.rangesNeeded().stream().filter(v -> !v.equals("input")).toList();
    OnnxEmitter.Emitted model =
        OnnxEmitter.emitObserved(
            plan.graph(), Quantization.NONE, OnnxOptions.of("0").withObserved(values));
    Map<String, Range> ranges = new HashMap<>(Map.of("input", new Range(-1, 1)));
    if (values.isEmpty()) {
      return ranges;
    }
    try (OnnxRunner runner = OnnxRunner.open(model.bytes(), OnnxRunner.Options.DEFAULT)) {
      runner.runAll(
          images(3),
          3,
          model.observed(),
          (tensor, data) -> {
            float min = 0;
            float max = 0;
            while (data.hasRemaining()) {
              float v = data.get();
              min = Math.min(min, v);
              max = Math.max(max, v);
            }
            ranges.put(values.get(model.observed().indexOf(tensor)), new Range(min, max));
          });
    }
    return ranges;
  }

  private static float[] run(byte[] model, int batch, Target target) {
    OnnxRunner.Options options = OnnxRunner.Options.DEFAULT.forCodesOf(target);
    try (OnnxRunner runner = OnnxRunner.open(model, options)) {
      return runner.run(images(batch), batch);
    }
  }

  private static float[] images(int batch) {
    Random random = new Random(5);
    float[] images = new float[batch * 3 * 6 * 6];
    for (int i = 0; i < images.length; i++) {
      images[i] = 2 * random.nextFloat() - 1;
    }
    return images;
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }
}

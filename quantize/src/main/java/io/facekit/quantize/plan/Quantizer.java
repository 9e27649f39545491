package io.facekit.quantize.plan;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.QuantParams;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.QuantizedWeights;
import io.facekit.core.quant.Target;
import io.facekit.quantize.observe.Range;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** From the ranges of values to the parameters and integers that the emitters write. */
public final class Quantizer {
  private Quantizer() {}

  /**
   * @param ranges of every value in {@link TargetPlan#rangesNeeded()}
   */
  public static Quantization resolve(TargetPlan plan, Map<String, Range> ranges) {
    Map<String, QuantParams> activations = new LinkedHashMap<>();
    Map<String, QuantizedWeights> weights = new LinkedHashMap<>();
    for (Node n : plan.graph().nodes()) {
      if (plan.precisions().get(n.name()) == Precision.INT8_WEIGHTS) {
        weights.put(n.name(), weightsAlone(n));
      }
      if (!plan.isInt8(n)) {
        continue;
      }
      for (Value in : n.inputs()) {
        if (!in.isConstant()) {
          activations.computeIfAbsent(in.name(), name -> params(plan, ranges, name));
        }
      }
      QuantRule rule = Ops.rule(n);
      String output = n.output().name();
      if (rule instanceof QuantRule.SameScale) {
        activations.put(output, Objects.requireNonNull(activations.get(n.input(0).name())));
      } else if (rule instanceof QuantRule.FixedOutput fixed) {
        activations.put(output, fixed.output());
      } else if (!plan.hasFloatOutput(n)) {
        activations.computeIfAbsent(output, name -> params(plan, ranges, name));
      }
      if (rule instanceof QuantRule.Weighted w) {
        float inputScale = Objects.requireNonNull(activations.get(n.input(0).name())).scale();
        weights.put(
            n.name(),
            WeightQuantizer.quantize(
                n.input(w.weightInput()).data(),
                w.biasInput() < n.inputs().size() ? n.input(w.biasInput()).data() : null,
                inputScale,
                plan.target().arithmetic() == Target.Arithmetic.AFFINE_IN_INT16
                    && !isDepthwise(n)));
      }
    }
    return new Quantization(plan.precisions(), activations, weights);
  }

  private static QuantizedWeights weightsAlone(Node n) {
    int input = ((QuantRule.Weighted) Ops.rule(n)).weightInput();
    return WeightQuantizer.quantize(n.input(input).data(), null, 1, false);
  }

  /** ONNX Runtime computes these in 32 bits on every processor. */
  private static boolean isDepthwise(Node n) {
    return n.op() instanceof Conv c
        && c.isDepthwise(n.input(1))
        && n.input(1).type().shape().size(0) == c.groups();
  }

  private static QuantParams params(TargetPlan plan, Map<String, Range> ranges, String value) {
    Range range = Objects.requireNonNull(ranges.get(value), () -> "no range of " + value);
    return plan.target().arithmetic() == Target.Arithmetic.SYMMETRIC
        ? QuantParams.symmetric(range.min(), range.max())
        : QuantParams.ofRange(range.min(), range.max());
  }
}

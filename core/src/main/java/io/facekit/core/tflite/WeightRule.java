package io.facekit.core.tflite;

import io.facekit.core.tflite.TfliteModel.Quantization;
import java.util.List;
import org.tensorflow.lite.schema.TensorType;

/** The element types and scales of CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED. */
final class WeightRule {
  /** How far a bias's scale may be from the product of the scales of input and weights. */
  private static final double BIAS_TOLERANCE = 1e-3;

  private WeightRule() {}

  /**
   * A product with weights: all float32, or int8 with an int32 bias.
   *
   * @param axis of the output channels in the weights
   */
  static void check(StepView s, int axis) {
    if (s.isFixed(0) || !s.isFixed(1) || (s.has(2) && !s.isFixed(2))) {
      throw s.refuse("the weights are not constants that meet an activation");
    }
    if (!s.isInt8()) {
      ElementRules.type(s, s.output(), TensorType.FLOAT32);
      ElementRules.type(s, s.input(0), TensorType.FLOAT32);
      ElementRules.type(s, s.input(1), TensorType.FLOAT32);
      if (s.has(2)) {
        ElementRules.type(s, s.input(2), TensorType.FLOAT32);
      }
      return;
    }
    ElementRules.type(s, s.input(0), TensorType.INT8);
    ElementRules.type(s, s.input(1), TensorType.INT8);
    Quantization weights = ElementRules.quantization(s, s.input(1));
    if (weights.scales().size() > 1 && weights.axis() != axis) {
      throw s.refuse("the scales of the weights belong to axis " + weights.axis());
    }
    if (weights.zeroPoints().stream().anyMatch(z -> z != 0)) {
      throw s.refuse("the zero point of the weights is not 0");
    }
    double in = ElementRules.scale(s, s.input(0));
    double out = ElementRules.scale(s, s.output());
    for (float w : weights.scales()) {
      ElementRules.within(s, in * w / out, -32, 8);
    }
    if (s.has(2)) {
      ElementRules.type(s, s.input(2), TensorType.INT32);
      bias(s, in, weights.scales(), ElementRules.quantization(s, s.input(2)));
    }
  }

  private static void bias(StepView s, double in, List<Float> weights, Quantization bias) {
    if (bias.scales().size() != weights.size()) {
      throw s.refuse(bias.scales().size() + " scales of a bias for " + weights.size());
    }
    for (int i = 0; i < weights.size(); i++) {
      double product = in * weights.get(i);
      if (!(Math.abs(bias.scales().get(i) - product) <= BIAS_TOLERANCE * product)) {
        throw s.refuse("the bias's scale " + bias.scales().get(i) + " is not that of the products");
      }
    }
  }
}

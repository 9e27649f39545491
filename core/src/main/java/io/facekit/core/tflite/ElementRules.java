package io.facekit.core.tflite;

import io.facekit.core.tflite.TfliteModel.Quantization;
import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.util.Objects;
import org.tensorflow.lite.schema.TensorType;

/**
 * The element types that operators compute in, and the scales that int8 kernels and XNNPACK accept.
 * The limits of the ratios of scales are those of XNNPACK's operators; TFLite's own kernels abort
 * or overflow further out.
 */
final class ElementRules {
  private static final int CODES = 256;

  private ElementRules() {}

  static void floats(StepView s) {
    for (int i = 0; i < s.inputs(); i++) {
      type(s, s.input(i), TensorType.FLOAT32);
    }
    type(s, s.output(), TensorType.FLOAT32);
  }

  /** All tensors float32, or all int8 with a scale each. */
  private static boolean alike(StepView s) {
    if (!s.isInt8()) {
      floats(s);
      return false;
    }
    for (int i = 0; i < s.inputs(); i++) {
      type(s, s.input(i), TensorType.INT8);
      scale(s, s.input(i));
    }
    scale(s, s.output());
    return true;
  }

  static void sameScale(StepView s) {
    if (alike(s)) {
      for (int i = 0; i < s.inputs(); i++) {
        equalScale(s, s.input(i));
      }
    }
  }

  static void rescaled(StepView s) {
    if (alike(s)) {
      within(s, scale(s, s.input(0)) / scale(s, s.output()), -8, 7);
    }
  }

  /** TANH and L2_NORMALIZATION: int8 codes stand for -1 to 1. */
  static void symmetric(StepView s) {
    if (alike(s)) {
      within(s, scale(s, s.input(0)), -24, 7);
      if (scale(s, s.output()) != 2.0 / CODES || zeroPoint(s, s.output()) != 0) {
        throw s.refuse("the codes of the output do not stand for -1 to 1");
      }
    }
  }

  static void prelu(StepView s) {
    rescaled(s);
    if (s.isInt8()) {
      within(s, scale(s, s.input(0)) * scale(s, s.input(1)) / scale(s, s.output()), -16, 8);
    }
  }

  static void sum(StepView s) {
    if (alike(s)) {
      within(s, scale(s, s.input(0)) / scale(s, s.output()), -10, 8);
      within(s, scale(s, s.input(1)) / scale(s, s.output()), -10, 8);
    }
  }

  static void product(StepView s) {
    if (alike(s)) {
      within(s, scale(s, s.input(0)) * scale(s, s.input(1)) / scale(s, s.output()), -16, 8);
    }
  }

  static void leakyRelu(StepView s) {
    double slope = s.float32(0);
    if (!Double.isFinite(slope)) {
      throw s.refuse("the slope is " + slope);
    }
    if (alike(s)) {
      double ratio = scale(s, s.input(0)) / scale(s, s.output());
      within(s, ratio, -8, 7);
      if (slope != 0) {
        within(s, ratio * Math.abs(slope), -8, 7);
      }
    }
  }

  static void sigmoid(StepView s) {
    if (alike(s)) {
      within(s, scale(s, s.input(0)), -24, 7);
      probabilities(s);
    }
  }

  static void softmax(StepView s) {
    double beta = s.float32(0);
    if (!(beta > 0) || Double.isInfinite(beta)) {
      throw s.refuse("beta is " + beta);
    }
    if (s.shape(0).isEmpty()) {
      throw s.refuse("a softmax of a single number");
    }
    if (alike(s)) {
      within(s, beta * scale(s, s.input(0)), -24, 7);
      probabilities(s);
    }
  }

  private static void probabilities(StepView s) {
    if (scale(s, s.output()) != 1.0 / CODES || zeroPoint(s, s.output()) != Byte.MIN_VALUE) {
      throw s.refuse("the codes of the output do not stand for 0 to 1");
    }
  }

  static void concatenated(StepView s) {
    if (s.isInt8()) {
      sameScale(s);
    } else {
      for (int i = 0; i < s.inputs(); i++) {
        type(s, s.input(i), s.output().type());
      }
      movable(s);
    }
  }

  /** The first input is moved; the others say where. PADV2's third is a number of the same kind. */
  static void moved(StepView s) {
    type(s, s.input(0), s.output().type());
    movable(s);
    if (s.isInt8()) {
      equalScale(s, s.input(0));
    }
  }

  static void paddedWith(StepView s) {
    moved(s);
    type(s, s.input(2), s.output().type());
    if (s.isInt8()) {
      equalScale(s, s.input(2));
    }
  }

  private static void movable(StepView s) {
    if (!MovingShapes.canMove(s.output().type())) {
      throw s.refuse(TfliteTypes.name(s.output().type()) + " cannot be moved");
    }
  }

  static void resized(StepView s) {
    computed(s);
    if (s.isInt8()) {
      equalScale(s, s.input(0));
    }
  }

  static void reduced(StepView s) {
    computed(s);
    if (s.isInt8()) {
      within(s, scale(s, s.input(0)) / scale(s, s.output()), -8, 7);
    }
  }

  /** The first input and the output are float32, or both are int8. */
  private static void computed(StepView s) {
    if (!s.isInt8()) {
      type(s, s.output(), TensorType.FLOAT32);
    }
    type(s, s.input(0), s.output().type());
  }

  static void cast(StepView s) {
    type(s, s.output(), TensorType.FLOAT32);
    int from = s.input(0).type();
    if (from != TensorType.FLOAT32 && !MovingShapes.canMove(from)) {
      throw s.refuse(TfliteTypes.name(from) + " cannot become float32");
    }
    if (s.hasOptions() && (s.int8(0) != from || s.int8(1) != TensorType.FLOAT32)) {
      throw s.refuse("its options are for other element types");
    }
  }

  static void quantize(StepView s) {
    int from = s.input(0).type();
    int to = s.output().type();
    if (to != TensorType.INT8 && to != TensorType.UINT8) {
      throw s.refuse("a tensor cannot be quantized to " + TfliteTypes.name(to));
    }
    double scale = scale(s, s.output());
    if (from == TensorType.INT8 || from == TensorType.UINT8) {
      within(s, scale(s, s.input(0)) / scale, -8, 7);
    } else {
      type(s, s.input(0), TensorType.FLOAT32);
    }
  }

  static void dequantize(StepView s) {
    type(s, s.output(), TensorType.FLOAT32);
    TensorInfo in = s.input(0);
    if (in.type() == TensorType.INT8 || in.type() == TensorType.UINT8) {
      Quantization q = quantization(s, in);
      if (q.scales().size() > 1 && !s.isFixed(0)) {
        throw s.refuse("a scale per channel is only for constants");
      }
    } else {
      type(s, in, TensorType.FLOAT16);
      if (!s.isFixed(0)) {
        throw s.refuse("a float16 tensor is not a constant");
      }
    }
  }

  static void type(StepView s, TensorInfo t, int type) {
    if (t.type() != type) {
      throw s.refuse(
          "it computes in " + TfliteTypes.name(type) + ", not in " + TfliteTypes.name(t.type()));
    }
  }

  private static void equalScale(StepView s, TensorInfo in) {
    if (scale(s, in) != scale(s, s.output()) || zeroPoint(s, in) != zeroPoint(s, s.output())) {
      throw s.refuse("input and output have different scales or zero points");
    }
  }

  /** That a ratio is at least one power of two and below another. */
  static void within(StepView s, double ratio, int least, int below) {
    if (!(ratio >= Math.scalb(1.0, least) && ratio < Math.scalb(1.0, below))) {
      throw s.refuse(
          "the scales need a factor of " + ratio + ", not 2^" + least + " to 2^" + below);
    }
  }

  static Quantization quantization(StepView s, TensorInfo t) {
    if (t.quantization() == null || t.quantization().zeroPoints().isEmpty()) {
      throw s.refuse("a tensor of " + TfliteTypes.name(t.type()) + " has no scale");
    }
    return Objects.requireNonNull(t.quantization());
  }

  static double scale(StepView s, TensorInfo t) {
    Quantization q = quantization(s, t);
    if (q.scales().size() != 1) {
      throw s.refuse("an activation has " + q.scales().size() + " scales");
    }
    return q.scales().get(0);
  }

  private static long zeroPoint(StepView s, TensorInfo t) {
    return quantization(s, t).zeroPoints().get(0);
  }
}

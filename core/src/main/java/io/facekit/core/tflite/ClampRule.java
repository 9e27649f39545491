package io.facekit.core.tflite;

import java.util.Set;
import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * MAXIMUM and MINIMUM. XNNPACK makes one with a number a part of the operator before it, and cannot
 * prepare a convolution or pool whose range does not hold 0.
 */
final class ClampRule {
  private static final Set<Integer> CLAMPS =
      Set.of(
          BuiltinOperator.MAXIMUM,
          BuiltinOperator.MINIMUM,
          BuiltinOperator.RELU,
          BuiltinOperator.RELU6);

  private static final Set<Integer> TAKE_CLAMPS =
      Set.of(
          BuiltinOperator.CONV_2D,
          BuiltinOperator.DEPTHWISE_CONV_2D,
          BuiltinOperator.FULLY_CONNECTED,
          BuiltinOperator.AVERAGE_POOL_2D,
          BuiltinOperator.MAX_POOL_2D);

  private ClampRule() {}

  static void maximum(StepView s) {
    check(s, 1);
  }

  static void minimum(StepView s) {
    check(s, -1);
  }

  private static void check(StepView s, int side) {
    ElementRules.sameScale(s);
    if (s.isInt8() && (s.isFixed(0) || s.isFixed(1))) {
      throw s.refuse("an int8 bound is not supported");
    }
    for (int i = 0; i < 2; i++) {
      double bound = side * s.number(i).orElse(0);
      boolean holdsZero = bound <= 0;
      if (!holdsZero && s.source(1 - i, CLAMPS).stream().anyMatch(TAKE_CLAMPS::contains)) {
        throw s.refuse("a bound of " + side * bound + " leaves no 0 to the operator before it");
      }
    }
  }
}

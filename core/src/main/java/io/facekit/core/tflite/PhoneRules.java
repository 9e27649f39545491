package io.facekit.core.tflite;

import java.util.Set;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.TensorType;

/**
 * Delegates of phones and accelerators, by what their makers publish: the operator lists of the
 * GPU, NNAPI and Hexagon delegates and of the Edge TPU compiler. Drivers differ, so these are
 * necessary conditions; no hardware was asked.
 */
final class PhoneRules implements DelegateRules {
  /** What all of them compute, and only move or reshape. */
  private static final Set<Integer> COMMON =
      Set.of(
          BuiltinOperator.ADD,
          BuiltinOperator.AVERAGE_POOL_2D,
          BuiltinOperator.CONCATENATION,
          BuiltinOperator.CONV_2D,
          BuiltinOperator.DEPTHWISE_CONV_2D,
          BuiltinOperator.FULLY_CONNECTED,
          BuiltinOperator.LOGISTIC,
          BuiltinOperator.MAX_POOL_2D,
          BuiltinOperator.MAXIMUM,
          BuiltinOperator.MEAN,
          BuiltinOperator.MINIMUM,
          BuiltinOperator.MUL,
          BuiltinOperator.PAD,
          BuiltinOperator.RELU,
          BuiltinOperator.RELU6,
          BuiltinOperator.RESHAPE,
          BuiltinOperator.RESIZE_BILINEAR,
          BuiltinOperator.SLICE,
          BuiltinOperator.SOFTMAX,
          BuiltinOperator.STRIDED_SLICE,
          BuiltinOperator.SUB,
          BuiltinOperator.TANH,
          BuiltinOperator.TRANSPOSE);

  static final PhoneRules GPU =
      new PhoneRules(
          "the GPU delegate",
          Kind.FLOAT,
          1,
          Set.of(
              BuiltinOperator.ABS,
              BuiltinOperator.BATCH_MATMUL,
              BuiltinOperator.DIV,
              BuiltinOperator.ELU,
              BuiltinOperator.EXP,
              BuiltinOperator.GELU,
              BuiltinOperator.HARD_SWISH,
              BuiltinOperator.LEAKY_RELU,
              BuiltinOperator.NEG,
              BuiltinOperator.POW,
              BuiltinOperator.PRELU,
              BuiltinOperator.REDUCE_MAX,
              BuiltinOperator.RESIZE_NEAREST_NEIGHBOR,
              BuiltinOperator.SQRT,
              BuiltinOperator.SUM,
              BuiltinOperator.TILE));

  static final PhoneRules NNAPI =
      new PhoneRules(
          "NNAPI",
          Kind.ANY,
          1,
          Set.of(
              BuiltinOperator.ABS,
              BuiltinOperator.DEQUANTIZE,
              BuiltinOperator.DIV,
              BuiltinOperator.ELU,
              BuiltinOperator.EXP,
              BuiltinOperator.GATHER,
              BuiltinOperator.HARD_SWISH,
              BuiltinOperator.L2_NORMALIZATION,
              BuiltinOperator.NEG,
              BuiltinOperator.PADV2,
              BuiltinOperator.POW,
              BuiltinOperator.PRELU,
              BuiltinOperator.QUANTIZE,
              BuiltinOperator.REDUCE_MAX,
              BuiltinOperator.RESIZE_NEAREST_NEIGHBOR,
              BuiltinOperator.SQRT,
              BuiltinOperator.TILE));

  static final PhoneRules HEXAGON =
      new PhoneRules(
          "the Hexagon delegate",
          Kind.INTEGER,
          2,
          Set.of(
              BuiltinOperator.L2_NORMALIZATION,
              BuiltinOperator.QUANTIZE,
              BuiltinOperator.RESIZE_NEAREST_NEIGHBOR));

  static final PhoneRules EDGETPU =
      new PhoneRules(
          "the Edge TPU",
          Kind.INTEGER,
          1,
          Set.of(
              BuiltinOperator.L2_NORMALIZATION,
              BuiltinOperator.PRELU,
              BuiltinOperator.QUANTIZE,
              BuiltinOperator.REDUCE_MAX,
              BuiltinOperator.RESIZE_NEAREST_NEIGHBOR,
              BuiltinOperator.SUM));

  /** In what it computes. */
  private enum Kind {
    FLOAT,
    INTEGER,
    ANY
  }

  private final String name;
  private final Kind kind;
  private final int depthwiseHeight;
  private final Set<Integer> own;

  /**
   * @param depthwiseHeight the least height of a depthwise convolution's filter
   * @param own operators beside the common ones
   */
  private PhoneRules(String name, Kind kind, int depthwiseHeight, Set<Integer> own) {
    this.name = name;
    this.kind = kind;
    this.depthwiseHeight = depthwiseHeight;
    this.own = own;
  }

  @Override
  public boolean unpacks(StepView dequantize) {
    return kind != Kind.INTEGER && dequantize.input(0).type() == TensorType.FLOAT16;
  }

  @Override
  public void check(int operator, StepView s) {
    if (!COMMON.contains(operator) && !own.contains(operator)) {
      throw s.refuse(name + " has no " + BuiltinOperator.name(operator));
    }
    boolean integer = isInteger(s.output()) && isInteger(s.input(0));
    if (kind == Kind.INTEGER && !integer) {
      throw s.refuse(name + " computes in 8-bit integers only");
    }
    if (kind == Kind.FLOAT && (isInteger(s.output()) || isInteger(s.input(0)))) {
      throw s.refuse(name + " computes in float, and gains nothing from integers");
    }
    switch (operator) {
      case BuiltinOperator.CONV_2D,
          BuiltinOperator.DEPTHWISE_CONV_2D,
          BuiltinOperator.FULLY_CONNECTED,
          BuiltinOperator.PRELU,
          BuiltinOperator.PAD,
          BuiltinOperator.MEAN -> {
        if (!s.isFixed(1)) {
          throw s.refuse("input 1 is not a constant");
        }
      }
      case BuiltinOperator.SOFTMAX -> {
        if (s.float32(0) != 1) {
          throw s.refuse("beta is " + s.float32(0) + ", not 1");
        }
      }
      default -> {
        // Nothing more is published.
      }
    }
    if (operator == BuiltinOperator.DEPTHWISE_CONV_2D && s.shape(1).get(1) < depthwiseHeight) {
      throw s.refuse(
          "the filter of a depthwise convolution is less than " + depthwiseHeight + " high");
    }
  }

  private static boolean isInteger(TfliteModel.TensorInfo t) {
    return t.type() == TensorType.INT8 || t.type() == TensorType.UINT8;
  }
}

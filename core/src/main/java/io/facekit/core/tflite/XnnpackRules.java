package io.facekit.core.tflite;

import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.TensorType;

/**
 * The CPU delegate of TensorFlow Lite 2.21 as it is set by default: no operator that was added
 * later, no variables, constant weights (xnnpack_delegate.cc, the functions Visit...Node).
 */
final class XnnpackRules implements DelegateRules {
  private static final int MAX_RANK = 6;
  private static final int MAX_CONCATENATED = 5;

  @Override
  public boolean unpacks(StepView dequantize) {
    int type = dequantize.input(0).type();
    return type == TensorType.FLOAT16 || type == TensorType.INT8;
  }

  @Override
  public void check(int operator, StepView s) {
    switch (operator) {
      case BuiltinOperator.ABS,
          BuiltinOperator.BATCH_MATMUL,
          BuiltinOperator.DIV,
          BuiltinOperator.EXP,
          BuiltinOperator.GELU,
          BuiltinOperator.HARD_SWISH,
          BuiltinOperator.MAXIMUM,
          BuiltinOperator.MINIMUM,
          BuiltinOperator.NEG,
          BuiltinOperator.RELU,
          BuiltinOperator.RELU6,
          BuiltinOperator.SQRT ->
          floats(s);
      case BuiltinOperator.ELU, BuiltinOperator.LOGISTIC, BuiltinOperator.TANH -> floatOrInt8(s);
      case BuiltinOperator.ADD, BuiltinOperator.SUB -> {
        floatOrInt8(s);
        ElementRules.sum(s);
      }
      case BuiltinOperator.MUL -> {
        floatOrInt8(s);
        ElementRules.product(s);
      }
      case BuiltinOperator.SOFTMAX -> softmax(s);
      case BuiltinOperator.LEAKY_RELU -> leakyRelu(s);
      case BuiltinOperator.PRELU -> {
        floats(s);
        constant(s, 1);
      }
      case BuiltinOperator.AVERAGE_POOL_2D -> {
        floats(s);
        pool(s);
      }
      case BuiltinOperator.MAX_POOL_2D -> {
        floatOrInt8(s);
        pool(s);
      }
      case BuiltinOperator.CONCATENATION -> concatenation(s);
      case BuiltinOperator.CONV_2D, BuiltinOperator.DEPTHWISE_CONV_2D -> convolution(s);
      case BuiltinOperator.FULLY_CONNECTED -> fullyConnected(s);
      case BuiltinOperator.MEAN,
          BuiltinOperator.SUM,
          BuiltinOperator.REDUCE_MAX,
          BuiltinOperator.PAD,
          BuiltinOperator.TRANSPOSE,
          BuiltinOperator.RESIZE_BILINEAR -> {
        floatOrInt8(s);
        constant(s, 1);
      }
      case BuiltinOperator.RESHAPE -> {
        floatOrInt8(s);
        if (s.has(1)) {
          constant(s, 1);
        }
      }
      case BuiltinOperator.SLICE -> slice(s);
      case BuiltinOperator.STRIDED_SLICE -> stridedSlice(s);
      case BuiltinOperator.QUANTIZE -> quantize(s);
      case BuiltinOperator.DEQUANTIZE -> dequantize(s);
      default -> throw s.refuse("XNNPACK has no " + BuiltinOperator.name(operator));
    }
  }

  private static void floats(StepView s) {
    rank(s);
    ElementRules.floats(s);
  }

  /** The first input and the output are alike. */
  private static void floatOrInt8(StepView s) {
    rank(s);
    int type = s.output().type();
    if (type != TensorType.FLOAT32 && type != TensorType.INT8) {
      throw s.refuse("XNNPACK does not compute in " + TfliteTypes.name(type));
    }
    ElementRules.type(s, s.input(0), type);
    if (type == TensorType.INT8) {
      ElementRules.scale(s, s.input(0));
      ElementRules.scale(s, s.output());
    }
  }

  private static void rank(StepView s) {
    if (s.shape(0).size() > MAX_RANK) {
      throw s.refuse("it has more than " + MAX_RANK + " dimensions");
    }
  }

  private static void constant(StepView s, int input) {
    if (!s.isFixed(input)) {
      throw s.refuse("input " + input + " is not a constant");
    }
  }

  private static void softmax(StepView s) {
    floats(s);
    if (s.float32(0) != 1) {
      throw s.refuse("beta is " + s.float32(0) + ", not 1");
    }
  }

  private static void leakyRelu(StepView s) {
    floatOrInt8(s);
    ElementRules.leakyRelu(s);
    if (Math.abs(s.float32(0)) < Float.MIN_NORMAL) {
      throw s.refuse("the slope is 0");
    }
  }

  private static void pool(StepView s) {
    int strideWidth = s.int32(1, 0);
    int strideHeight = s.int32(2, 0);
    int width = s.int32(3, 0);
    int height = s.int32(4, 0);
    if (strideWidth > width || strideHeight > height) {
      throw s.refuse("its stride is larger than its window");
    }
  }

  private static void concatenation(StepView s) {
    floatOrInt8(s);
    if (s.inputs() < 2 || s.inputs() > MAX_CONCATENATED) {
      throw s.refuse("it has " + s.inputs() + " inputs, not 2 to " + MAX_CONCATENATED);
    }
  }

  private static void convolution(StepView s) {
    floatOrInt8(s);
    ElementRules.type(s, s.input(1), s.output().type());
    constant(s, 1);
    if (!s.has(2)) {
      throw s.refuse("it has no bias");
    }
    constant(s, 2);
  }

  private static void fullyConnected(StepView s) {
    floatOrInt8(s);
    ElementRules.type(s, s.input(1), s.output().type());
    constant(s, 1);
    if (s.has(2)) {
      constant(s, 2);
    }
  }

  private static void slice(StepView s) {
    floatOrInt8(s);
    constant(s, 1);
    if (s.ints(2, MAX_RANK).stream().anyMatch(size -> size <= 0)) {
      throw s.refuse("a size is left open");
    }
  }

  private static void stridedSlice(StepView s) {
    floatOrInt8(s);
    if (s.int32(2, 0) != 0 || s.int32(3, 0) != 0 || s.int32(4, 0) != 0) {
      throw s.refuse("it adds or drops dimensions");
    }
    if (s.ints(3, MAX_RANK).stream().anyMatch(stride -> stride != 1)) {
      throw s.refuse("a stride is not 1");
    }
    List<Integer> begin = s.ints(1, MAX_RANK);
    List<Integer> end = s.ints(2, MAX_RANK);
    List<Integer> shape = s.shape(0);
    for (int i = 0; i < shape.size(); i++) {
      int extent = shape.get(i);
      int from = (s.int32(0, 0) >> i & 1) == 1 ? 0 : begin.get(i);
      int offset = from < 0 ? from + extent : from;
      int to = (s.int32(1, 0) >> i & 1) == 1 ? 0 : end.get(i);
      if ((to <= 0 ? to + extent : to) > extent || offset > extent) {
        throw s.refuse("it reaches over the end of dimension " + i);
      }
    }
  }

  private static void quantize(StepView s) {
    rank(s);
    ElementRules.type(s, s.output(), TensorType.INT8);
    ElementRules.quantize(s);
    if (s.input(0).type() != TensorType.FLOAT32) {
      ElementRules.type(s, s.input(0), TensorType.INT8);
    }
  }

  private static void dequantize(StepView s) {
    rank(s);
    ElementRules.type(s, s.input(0), TensorType.INT8);
    ElementRules.type(s, s.output(), TensorType.FLOAT32);
    ElementRules.scale(s, s.input(0));
  }
}

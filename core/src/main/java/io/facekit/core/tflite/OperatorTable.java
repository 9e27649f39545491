package io.facekit.core.tflite;

import static java.util.Map.entry;

import io.facekit.core.tflite.OperatorRule.ElementRule;
import io.facekit.core.tflite.OperatorRule.ShapeRule;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;

/** The rule of each operator that facekit writes. */
final class OperatorTable {
  private static final Map<Integer, OperatorRule> RULES =
      Map.ofEntries(
          unary(BuiltinOperator.ABS, 1, BuiltinOptions.AbsOptions, ElementRules::floats),
          unary(BuiltinOperator.ELU, 1, 0, ElementRules::floats),
          unary(BuiltinOperator.EXP, 1, BuiltinOptions.ExpOptions, ElementRules::floats),
          unary(BuiltinOperator.GELU, 1, BuiltinOptions.GeluOptions, ElementRules::floats),
          unary(
              BuiltinOperator.HARD_SWISH,
              1,
              BuiltinOptions.HardSwishOptions,
              ElementRules::rescaled),
          unary(BuiltinOperator.LOGISTIC, 2, 0, ElementRules::sigmoid),
          unary(BuiltinOperator.NEG, 1, BuiltinOptions.NegOptions, ElementRules::floats),
          unary(BuiltinOperator.RELU, 2, 0, ElementRules::rescaled),
          unary(BuiltinOperator.RELU6, 2, 0, ElementRules::rescaled),
          unary(BuiltinOperator.SQRT, 1, 0, ElementRules::floats),
          unary(BuiltinOperator.TANH, 2, 0, ElementRules::symmetric),
          unary(BuiltinOperator.CAST, 1, BuiltinOptions.CastOptions, ElementRules::cast),
          unary(
              BuiltinOperator.QUANTIZE, 2, BuiltinOptions.QuantizeOptions, ElementRules::quantize),
          unary(
              BuiltinOperator.DEQUANTIZE,
              5,
              BuiltinOptions.DequantizeOptions,
              ElementRules::dequantize),
          needing(
              BuiltinOperator.LEAKY_RELU,
              1,
              2,
              BuiltinOptions.LeakyReluOptions,
              ProductShapes::same,
              ElementRules::leakyRelu),
          needing(
              BuiltinOperator.SOFTMAX,
              1,
              2,
              BuiltinOptions.SoftmaxOptions,
              ProductShapes::same,
              ElementRules::softmax),
          needing(
              BuiltinOperator.L2_NORMALIZATION,
              1,
              2,
              BuiltinOptions.L2NormOptions,
              ProductShapes::normalized,
              ElementRules::symmetric),
          binary(BuiltinOperator.ADD, BuiltinOptions.AddOptions, ElementRules::sum),
          binary(BuiltinOperator.SUB, BuiltinOptions.SubOptions, ElementRules::sum),
          binary(BuiltinOperator.MUL, BuiltinOptions.MulOptions, ElementRules::product),
          binary(BuiltinOperator.DIV, BuiltinOptions.DivOptions, ElementRules::floats),
          binary(BuiltinOperator.MAXIMUM, BuiltinOptions.MaximumMinimumOptions, ClampRule::maximum),
          binary(BuiltinOperator.MINIMUM, BuiltinOptions.MaximumMinimumOptions, ClampRule::minimum),
          binary(BuiltinOperator.POW, BuiltinOptions.PowOptions, ElementRules::floats),
          rule(
              BuiltinOperator.PRELU,
              new OperatorRule(2, 2, 1, 0, false, ProductShapes::prelu, ElementRules::prelu)),
          needing(
              BuiltinOperator.CONV_2D,
              3,
              6,
              BuiltinOptions.Conv2DOptions,
              WindowShapes::conv,
              step -> WeightRule.check(step, 0)),
          needing(
              BuiltinOperator.DEPTHWISE_CONV_2D,
              3,
              6,
              BuiltinOptions.DepthwiseConv2DOptions,
              WindowShapes::depthwise,
              step -> WeightRule.check(step, 3)),
          rule(
              BuiltinOperator.FULLY_CONNECTED,
              new OperatorRule(
                  2,
                  3,
                  9,
                  BuiltinOptions.FullyConnectedOptions,
                  true,
                  ProductShapes::fullyConnected,
                  step -> WeightRule.check(step, 0))),
          needing(
              BuiltinOperator.BATCH_MATMUL,
              2,
              1,
              BuiltinOptions.BatchMatMulOptions,
              ProductShapes::batchMatMul,
              ElementRules::floats),
          needing(
              BuiltinOperator.AVERAGE_POOL_2D,
              1,
              2,
              BuiltinOptions.Pool2DOptions,
              WindowShapes::pool,
              ElementRules::sameScale),
          needing(
              BuiltinOperator.MAX_POOL_2D,
              1,
              2,
              BuiltinOptions.Pool2DOptions,
              WindowShapes::pool,
              ElementRules::sameScale),
          reduction(BuiltinOperator.MEAN),
          reduction(BuiltinOperator.REDUCE_MAX),
          reduction(BuiltinOperator.SUM),
          rule(
              BuiltinOperator.CONCATENATION,
              new OperatorRule(
                  1,
                  64,
                  2,
                  BuiltinOptions.ConcatenationOptions,
                  true,
                  MovingShapes::concatenation,
                  ElementRules::concatenated)),
          moving(
              BuiltinOperator.RESHAPE, 2, 1, BuiltinOptions.ReshapeOptions, MovingShapes::reshape),
          moving(
              BuiltinOperator.TRANSPOSE,
              2,
              4,
              BuiltinOptions.TransposeOptions,
              MovingShapes::transpose),
          moving(BuiltinOperator.PAD, 2, 2, BuiltinOptions.PadOptions, MovingShapes::pad),
          rule(
              BuiltinOperator.PADV2,
              new OperatorRule(
                  3,
                  3,
                  2,
                  BuiltinOptions.PadV2Options,
                  false,
                  MovingShapes::pad,
                  ElementRules::paddedWith)),
          moving(BuiltinOperator.SLICE, 3, 2, BuiltinOptions.SliceOptions, CutShapes::slice),
          moving(BuiltinOperator.TILE, 2, 1, BuiltinOptions.TileOptions, MovingShapes::tile),
          needing(
              BuiltinOperator.STRIDED_SLICE,
              4,
              2,
              BuiltinOptions.StridedSliceOptions,
              CutShapes::stridedSlice,
              ElementRules::moved),
          needing(
              BuiltinOperator.GATHER,
              2,
              2,
              BuiltinOptions.GatherOptions,
              CutShapes::gather,
              ElementRules::moved),
          needing(
              BuiltinOperator.RESIZE_BILINEAR,
              2,
              3,
              BuiltinOptions.ResizeBilinearOptions,
              step -> WindowShapes.resize(step, 2),
              ElementRules::resized),
          needing(
              BuiltinOperator.RESIZE_NEAREST_NEIGHBOR,
              2,
              3,
              BuiltinOptions.ResizeNearestNeighborOptions,
              step -> WindowShapes.resize(step, 0),
              ElementRules::resized));

  private OperatorTable() {}

  /** Empty for an operator that facekit does not write. */
  static Optional<OperatorRule> rule(int operator) {
    return Optional.ofNullable(RULES.get(operator));
  }

  private static Map.Entry<Integer, OperatorRule> rule(int operator, OperatorRule rule) {
    return entry(operator, rule);
  }

  private static Map.Entry<Integer, OperatorRule> unary(
      int operator, int version, int options, ElementRule elements) {
    return rule(
        operator, new OperatorRule(1, 1, version, options, false, ProductShapes::same, elements));
  }

  private static Map.Entry<Integer, OperatorRule> binary(
      int operator, int options, ElementRule elements) {
    return rule(
        operator, new OperatorRule(2, 2, 2, options, true, ProductShapes::broadcast, elements));
  }

  private static Map.Entry<Integer, OperatorRule> needing(
      int operator, int inputs, int version, int options, ShapeRule shape, ElementRule elements) {
    return rule(
        operator, new OperatorRule(inputs, inputs, version, options, true, shape, elements));
  }

  private static Map.Entry<Integer, OperatorRule> moving(
      int operator, int inputs, int version, int options, ShapeRule shape) {
    return rule(
        operator,
        new OperatorRule(inputs, inputs, version, options, false, shape, ElementRules::moved));
  }

  private static Map.Entry<Integer, OperatorRule> reduction(int operator) {
    return needing(
        operator, 2, 2, BuiltinOptions.ReducerOptions, CutShapes::reduced, ElementRules::reduced);
  }
}

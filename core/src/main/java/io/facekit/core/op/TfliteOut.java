package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;

/**
 * Where an op writes the TFLite operators of one node. Rank-4 activations are NHWC here; shapes
 * that an op passes in are NHWC too.
 */
public interface TfliteOut {
  /** Whether this node computes on int8. */
  boolean isInt8();

  /** The tensor of an activation, in the type that this node reads. */
  int activation(Value value);

  /**
   * {@link #activation}, with the quantization of another value when this node computes on int8.
   */
  int activationLike(Value value, Value like);

  /** The tensor of this node's output, in the type that this node writes. */
  int output();

  /**
   * A tensor between two operators of this node.
   *
   * @param like the value whose quantization it shares when this node computes on int8
   */
  int intermediate(String suffix, Shape shape, Value like);

  /** A constant with the lowest number of a value's type. */
  int lowest(Value like);

  /**
   * The weights of this node: float32, float16 behind DEQUANTIZE, or int8 with one scale per output
   * channel.
   *
   * @param view the shape under which the weight is permuted
   * @param permutation from the view's axes to TFLite's
   * @param shape after the permutation
   * @param channelAxis of the output channels, after the permutation
   */
  int weights(Value weight, Shape view, List<Integer> permutation, Shape shape, int channelAxis);

  /** The bias of this node; zeros of the given length if it has none. */
  int bias(@Nullable Value bias, int channels);

  /**
   * A constant operand in float32, or float16 behind DEQUANTIZE, never quantized.
   *
   * @param shape in which this node reads it
   */
  int constant(Value value, Shape shape);

  /** A constant operand as {@link #constant} writes it, its axes permuted. */
  int permuted(Value value, Shape view, List<Integer> permutation);

  /** A constant that all nodes share under one name, never converted. */
  int sharedConstant(String name, TensorData data);

  /** The nodes that read a value. */
  List<Node> consumers(Value value);

  /** Whether this node and another one both compute on int8, or both on floats. */
  boolean isInt8Like(Node other);

  /** Whether a value is an output of the model. */
  boolean isModelOutput(Value value);

  /** An operator; {@code version} is the one for this node's precision. */
  void operator(
      byte builtin,
      int version,
      List<Integer> inputs,
      List<Integer> outputs,
      @Nullable BuiltinOptionsUnion options);
}

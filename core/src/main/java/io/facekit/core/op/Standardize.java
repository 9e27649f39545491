package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Normalization by the statistics of each image, spelled as {@code (x - mean) / sqrt(variance +
 * epsilon)}: runtimes recognise the pattern.
 */
final class Standardize {
  private Standardize() {}

  /** Over the last axes (Ba et al., arXiv 1607.06450). Rows of channels stay rows. */
  static Value loadLayerNorm(AtenCall call) {
    Value x = call.tensor("input");
    Shape shape = x.type().shape();
    int count = call.ints("normalized_shape").size();
    if (count != 1 || shape.rank() <= 2) {
      List<Integer> axes = IntStream.range(shape.rank() - count, shape.rank()).boxed().toList();
      return scaled(call, standardized(call, x, axes));
    }
    Value rows = call.node(new Reshape(Rows.of(shape)), List.of(x));
    Value y = scaled(call, standardized(call, rows, List.of(1)));
    return call.node(new Reshape(shape), List.of(y));
  }

  /** Over groups of channels (Wu and He, arXiv 1803.08494). */
  static Value loadGroupNorm(AtenCall call) {
    Value x = call.tensor("input");
    Shape shape = x.type().shape();
    int groups = call.integer("num_groups");
    long elements = shape.elementsAt(1);
    if (shape.size(1) % groups != 0 || !shape.dim(0).equals(Dim.BATCH)) {
      throw call.unsupported("group_norm of " + shape + " in " + groups + " groups");
    }
    Value grouped = call.node(new Reshape(Shape.batched(groups, elements / groups)), List.of(x));
    Value y = standardized(call, grouped, List.of(2));
    return perChannel(call, call.node(new Reshape(shape), List.of(y)));
  }

  /** Over each map by itself (Ulyanov et al., arXiv 1607.08022). */
  static Value loadInstanceNorm(AtenCall call) {
    Value x = call.tensor("input");
    int rank = x.type().shape().rank();
    if (!call.bool("use_input_stats")) {
      throw call.unsupported("instance_norm with running statistics");
    }
    return perChannel(call, standardized(call, x, IntStream.range(2, rank).boxed().toList()));
  }

  private static Value standardized(AtenCall call, Value x, List<Integer> axes) {
    Value mean = call.node(new ReduceMean(axes), List.of(x));
    Value centred = call.node(new Sub(), List.of(x, mean));
    Value square = call.node(new Mul(), List.of(centred, centred));
    Value variance = call.node(new ReduceMean(axes), List.of(square));
    Value epsilon = call.constant("eps", TensorData.of(new float[] {(float) call.number("eps")}));
    Value guarded = call.node(new Add(), List.of(variance, epsilon));
    Value deviation = call.node(new Sqrt(), List.of(guarded));
    return call.node(new Div(), List.of(centred, deviation));
  }

  /** Weight and bias lie along the last axes. */
  private static Value scaled(AtenCall call, Value normalized) {
    Value y = normalized;
    if (!call.isNone("weight")) {
      y = call.node(new Mul(), List.of(y, call.tensor("weight")));
    }
    if (!call.isNone("bias")) {
      y = call.node(new Add(), List.of(y, call.tensor("bias")));
    }
    return y;
  }

  private static Value perChannel(AtenCall call, Value normalized) {
    Value y = normalized;
    int rank = y.type().shape().rank();
    if (!call.isNone("weight")) {
      y = call.node(new Mul(), List.of(y, channels(call, "weight", rank)));
    }
    if (!call.isNone("bias")) {
      y = call.node(new Add(), List.of(y, channels(call, "bias", rank)));
    }
    return y;
  }

  private static Value channels(AtenCall call, String argument, int rank) {
    TensorData data = call.tensor(argument).data();
    List<Dim> dims = new ArrayList<>();
    for (int i = 1; i < rank; i++) {
      dims.add(Dim.of(i == 1 ? data.elements() : 1));
    }
    return call.constant(argument, data.reshaped(new Shape(dims)));
  }
}

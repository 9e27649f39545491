package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Normalization by the statistics of each image, spelled as {@code (x - mean) / sqrt(variance +
 * epsilon)}: runtimes recognise the pattern.
 */
final class Standardize {
  private final ImportCall call;
  private final Value x;
  private final double epsilon;

  private Standardize(ImportCall call, Value x, double epsilon) {
    this.call = call;
    this.x = x;
    this.epsilon = epsilon;
  }

  private static Standardize of(AtenCall call) {
    return new Standardize(call, call.tensor("input"), call.number("eps"));
  }

  private static Standardize of(OnnxCall call) {
    if (call.integer("stash_type", 1) != 1) {
      throw call.unsupported("a computation in another type than float32");
    }
    return new Standardize(call, call.tensor(0), call.number("epsilon", 1e-5));
  }

  static Value loadLayerNorm(AtenCall call) {
    return of(call)
        .layers(
            call.ints("normalized_shape").size(),
            call.optionalTensor("weight"),
            call.optionalTensor("bias"));
  }

  static Value loadOnnxLayerNorm(OnnxCall call) {
    Standardize norm = of(call);
    Shape shape = norm.x.type().shape();
    int axis = OnnxForm.axis(call, call.integer("axis", -1), shape.rank());
    Shape row = new Shape(shape.dims().subList(axis, shape.rank()));
    for (int i = 1; i <= 2; i++) {
      if (call.has(i) && !call.weightData(i).shape().equals(row)) {
        throw call.unsupported(
            "input " + i + " of shape " + call.weightData(i).shape() + " for " + row);
      }
    }
    Optional<Value> weight = Optional.of(call.weight(1));
    Optional<Value> bias = call.has(2) ? Optional.of(call.weight(2)) : Optional.empty();
    if (!call.isRead(1) && !call.isRead(2)) {
      return norm.layers(row.rank(), weight, bias);
    }
    Statistics statistics = norm.statistics(norm.x, lastAxes(shape, row.rank()));
    call.result(1, statistics.mean);
    call.result(2, Div.reciprocal(call, statistics.deviation));
    return norm.scaled(norm.quotient(statistics), weight, bias);
  }

  /**
   * Over the last axes (Ba et al., arXiv 1607.06450). Rows of channels stay rows.
   *
   * @param weight of the shape of those axes, as {@code bias}
   */
  private Value layers(int count, Optional<Value> weight, Optional<Value> bias) {
    Shape shape = x.type().shape();
    if (count != 1 || shape.rank() <= 2) {
      return scaled(standardized(x, lastAxes(shape, count)), weight, bias);
    }
    Value rows = call.node(new Reshape(Rows.of(shape)), List.of(x));
    Value y = scaled(standardized(rows, List.of(1)), weight, bias);
    return call.node(new Reshape(shape), List.of(y));
  }

  private static List<Integer> lastAxes(Shape shape, int count) {
    return IntStream.range(shape.rank() - count, shape.rank()).boxed().toList();
  }

  static Value loadGroupNorm(AtenCall call) {
    Value y = of(call).groups(call.integer("num_groups"));
    return perChannel(call, y);
  }

  /** Before operator set 21, there is one weight for each group. */
  static Value loadOnnxGroupNorm(OnnxCall call) {
    Standardize norm = of(call);
    int groups = call.integer("num_groups", 0);
    Shape shape = norm.x.type().shape();
    if (shape.rank() < 2 || groups < 1) {
      throw call.unsupported("normalization of " + shape + " in " + groups + " groups");
    }
    int channels = shape.size(1);
    TensorData weight = repeated(call, 1, call.opset() < 21 ? groups : channels, channels);
    TensorData bias = repeated(call, 2, call.opset() < 21 ? groups : channels, channels);
    return perChannel(call, norm.groups(groups), weight, bias);
  }

  /** Over groups of channels (Wu and He, arXiv 1803.08494). */
  private Value groups(int groups) {
    Shape shape = x.type().shape();
    long elements = 1;
    for (int i = 1; i < shape.rank(); i++) {
      elements = Math.multiplyExact(elements, shape.size(i));
    }
    if (shape.size(1) % groups != 0) {
      throw call.unsupported("group_norm of " + shape + " in " + groups + " groups");
    }
    Shape grouped = new Shape(List.of(shape.dim(0), Dim.of(groups), Dim.of(elements / groups)));
    Value y = standardized(call.node(new Reshape(grouped), List.of(x)), List.of(2));
    return call.node(new Reshape(shape), List.of(y));
  }

  static Value loadInstanceNorm(AtenCall call) {
    if (!call.bool("use_input_stats")) {
      throw call.unsupported("instance_norm with running statistics");
    }
    return perChannel(call, of(call).maps());
  }

  static Value loadOnnxInstanceNorm(OnnxCall call) {
    Standardize norm = of(call);
    Shape shape = norm.x.type().shape();
    if (shape.rank() < 3) {
      throw call.unsupported("normalization of " + shape);
    }
    int channels = shape.size(1);
    TensorData weight = repeated(call, 1, channels, channels);
    TensorData bias = repeated(call, 2, channels, channels);
    return perChannel(call, norm.maps(), weight, bias);
  }

  /** Over each map by itself (Ulyanov et al., arXiv 1607.08022). */
  private Value maps() {
    return standardized(x, IntStream.range(2, x.type().shape().rank()).boxed().toList());
  }

  /** Mean and standard deviation have size 1 along the axes. */
  private record Statistics(Value mean, Value centred, Value deviation) {}

  private Value standardized(Value rows, List<Integer> axes) {
    return quotient(statistics(rows, axes));
  }

  private Value quotient(Statistics statistics) {
    return call.node(new Div(), List.of(statistics.centred, statistics.deviation));
  }

  private Statistics statistics(Value rows, List<Integer> axes) {
    Value mean = call.node(new ReduceMean(axes), List.of(rows));
    Value centred = call.node(new Sub(), List.of(rows, mean));
    Value square = call.node(new Mul(), List.of(centred, centred));
    Value variance = call.node(new ReduceMean(axes), List.of(square));
    Value guard = call.constant("eps", TensorData.of(new float[] {(float) epsilon}));
    Value guarded = call.node(new Add(), List.of(variance, guard));
    return new Statistics(mean, centred, call.node(new Sqrt(), List.of(guarded)));
  }

  private Value scaled(Value normalized, Optional<Value> weight, Optional<Value> bias) {
    Value y = normalized;
    if (weight.isPresent()) {
      y = call.node(new Mul(), List.of(y, weight.get()));
    }
    return bias.isPresent() ? call.node(new Add(), List.of(y, bias.get())) : y;
  }

  private static Value perChannel(AtenCall call, Value normalized) {
    Value y = normalized;
    int rank = y.type().shape().rank();
    if (!call.isNone("weight")) {
      TensorData weight = call.tensor("weight").data();
      y = call.node(new Mul(), List.of(y, call.constant("weight", channels(weight, rank))));
    }
    if (!call.isNone("bias")) {
      TensorData bias = call.tensor("bias").data();
      y = call.node(new Add(), List.of(y, call.constant("bias", channels(bias, rank))));
    }
    return y;
  }

  private static Value perChannel(
      OnnxCall call, Value normalized, TensorData weight, TensorData bias) {
    int rank = normalized.type().shape().rank();
    Value scaled =
        call.node(new Mul(), List.of(normalized, call.weight(1, channels(weight, rank))));
    return call.node(new Add(), List.of(scaled, call.weight(2, channels(bias, rank))));
  }

  /** A number for every channel, of a weight with as many numbers as it must have. */
  private static TensorData repeated(OnnxCall call, int input, int count, int channels) {
    TensorData data = call.weightData(input);
    if (!data.shape().equals(Shape.of(count)) || channels % count != 0) {
      throw call.unsupported(
          "input " + input + " of shape " + data.shape() + " for " + channels + " channels");
    }
    if (count == channels) {
      return data;
    }
    float[] values = new float[channels];
    for (int c = 0; c < channels; c++) {
      values[c] = data.floatAt(c / (channels / count));
    }
    return TensorData.of(values, channels);
  }

  private static TensorData channels(TensorData data, int rank) {
    List<Dim> dims = new ArrayList<>();
    for (int i = 1; i < rank; i++) {
      dims.add(Dim.of(i == 1 ? data.elements() : 1));
    }
    return data.reshaped(new Shape(dims));
  }
}

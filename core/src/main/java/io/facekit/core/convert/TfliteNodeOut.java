package io.facekit.core.convert;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Layout;
import io.facekit.core.op.TfliteOut;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.QuantizedWeights;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.tflite.TfliteBuilder;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;

/** Writes one node of the graph with the constants that its precision needs. */
final class TfliteNodeOut implements TfliteOut {
  private final Node node;
  private final Graph graph;
  private final TfliteBuilder model;
  private final TfliteTensors tensors;
  private final Precision precision;

  TfliteNodeOut(Node node, Graph graph, TfliteBuilder model, TfliteTensors tensors) {
    this.node = node;
    this.graph = graph;
    this.model = model;
    this.tensors = tensors;
    this.precision = tensors.quantization().precision(node.name());
  }

  @Override
  public boolean isInt8() {
    return precision == Precision.INT8;
  }

  @Override
  public int activation(Value value) {
    if (value.isConstant()) {
      Shape shape = value.type().shape();
      return permuted(value, shape, Layout.order(shape.rank()));
    }
    return isInt8() ? tensors.forInt8(value) : tensors.forFloat(value);
  }

  @Override
  public int activationLike(Value value, Value like) {
    int tensor = activation(value);
    if (!isInt8() || tensors.sameQuantization(value, like)) {
      return tensor;
    }
    String name = node.name() + "." + value.name();
    int requantized = tensors.extra(name, Layout.shape(value.type().shape()), like, true);
    model.operator(BuiltinOperator.QUANTIZE, 2, List.of(tensor), List.of(requantized), null);
    return requantized;
  }

  @Override
  public int lowest(Value like) {
    return isInt8()
        ? model.constant(
            node.name() + ".lowest",
            TensorData.of(new byte[] {Byte.MIN_VALUE}, 1),
            tensors.quantization(like))
        : model.constant("lowest", TensorData.of(new float[] {-Float.MAX_VALUE}, 1), null);
  }

  @Override
  public int output() {
    return tensors.written(node.output(), isInt8());
  }

  @Override
  public int intermediate(String suffix, Shape shape, Value like) {
    return tensors.extra(node.name() + "." + suffix, shape, like, isInt8());
  }

  @Override
  public int weights(
      Value weight, Shape view, List<Integer> permutation, Shape shape, int channelAxis) {
    String name = nameOf(weight);
    if (!isInt8() && precision != Precision.INT8_WEIGHTS) {
      TensorData data = weight.data().reshaped(view);
      return parameter(name, Permutation.apply(data, permutation).reshaped(shape));
    }
    QuantizedWeights q = quantizedWeights();
    TensorData codes = Permutation.apply(q.codes().reshaped(view), permutation).reshaped(shape);
    TfliteBuilder.Quantization quantization = perChannel(q.scales(), channelAxis);
    return isInt8()
        ? model.constant(name, codes, quantization)
        : dequantized(name, codes, quantization);
  }

  /** XNNPACK takes static int8 behind DEQUANTIZE as a filter, and computes in float. */
  private int dequantized(String name, TensorData codes, TfliteBuilder.Quantization quantization) {
    int stored = model.constant(name + ".i8", codes, quantization);
    int tensor = model.tensor(name, DType.FLOAT32, codes.shape(), null);
    int version = quantization.scales().size() > 1 ? 5 : 2;
    model.operator(BuiltinOperator.DEQUANTIZE, version, List.of(stored), List.of(tensor), null);
    return tensor;
  }

  @Override
  public int bias(@Nullable Value bias, int channels) {
    String name = bias == null ? node.name() + ".bias" : nameOf(bias);
    if (!isInt8()) {
      TensorData data = bias == null ? TensorData.of(new float[channels], channels) : bias.data();
      return parameter(name, data);
    }
    QuantizedWeights q = quantizedWeights();
    TensorData codes = q.bias() == null ? TensorData.of(new int[channels], channels) : q.bias();
    float inputScale = tensors.quantization().activation(node.input(0).name()).scale();
    List<Float> scales = q.scales().stream().map(s -> inputScale * s).toList();
    return model.constant(name, codes, perChannel(scales, 0));
  }

  private QuantizedWeights quantizedWeights() {
    return Objects.requireNonNull(tensors.quantization().weights().get(node.name()));
  }

  private static TfliteBuilder.Quantization perChannel(List<Float> scales, int axis) {
    return new TfliteBuilder.Quantization(scales, Collections.nCopies(scales.size(), 0L), axis);
  }

  @Override
  public int constant(Value value, Shape shape) {
    String name = nameOf(value);
    TensorData data = value.data().reshaped(shape);
    return data.elements() == 1 ? sharedConstant(name, data) : parameter(name, data);
  }

  @Override
  public int permuted(Value value, Shape view, List<Integer> permutation) {
    return parameter(nameOf(value), Permutation.apply(value.data().reshaped(view), permutation));
  }

  @Override
  public int sharedConstant(String name, TensorData data) {
    return model.constant(name, data, null);
  }

  /** Layout and codes of a constant depend on the node, so one that is shared has several names. */
  private String nameOf(Value constant) {
    return graph.consumers(constant).size() > 1
        ? node.name() + "." + constant.name()
        : constant.name();
  }

  /** XNNPACK takes a float16 filter only with a float16 bias, so one number is converted too. */
  private int parameter(String name, TensorData data) {
    if (precision != Precision.FP16 || data.dtype() != DType.FLOAT32) {
      return model.constant(name, data, null);
    }
    int half = model.constant(name + ".f16", Float16.convert(name, data), null);
    int tensor = model.tensor(name, DType.FLOAT32, data.shape(), null);
    model.operator(BuiltinOperator.DEQUANTIZE, 3, List.of(half), List.of(tensor), null);
    return tensor;
  }

  @Override
  public List<Node> consumers(Value value) {
    return graph.consumers(value);
  }

  @Override
  public boolean isInt8Like(Node other) {
    return tensors.quantization().isInt8(other.name()) == isInt8();
  }

  @Override
  public boolean isModelOutput(Value value) {
    return graph.isOutput(value);
  }

  @Override
  public void operator(
      byte builtin,
      int version,
      List<Integer> inputs,
      List<Integer> outputs,
      @Nullable BuiltinOptionsUnion options) {
    model.operator(builtin & 0xff, version, inputs, outputs, options);
  }
}

package io.facekit.core.convert;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.onnx.OnnxModelBuilder;
import io.facekit.core.op.OnnxOut;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.quant.QuantizedWeights;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Writes one node of the graph with the constants and conversions that its precision needs. */
final class OnnxNodeOut implements OnnxOut {
  private static final int ONNX_FLOAT = 1;

  private final Node node;
  private final OnnxModelBuilder model;
  private final OnnxTensors tensors;
  private final Precision precision;
  private final Set<String> casts = new HashSet<>();

  OnnxNodeOut(Node node, OnnxModelBuilder model, OnnxTensors tensors) {
    this.node = node;
    this.model = model;
    this.tensors = tensors;
    this.precision = tensors.quantization().precision(node.name());
  }

  @Override
  public int opset() {
    return model.opset();
  }

  @Override
  public List<String> inputs() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      names.add(input(i));
    }
    return names;
  }

  @Override
  public String input(int index) {
    Value v = node.input(index);
    if (!v.isConstant()) {
      return precision == Precision.INT8 ? tensors.forInt8(v) : tensors.forFloat(v);
    }
    if (!(Ops.rule(node) instanceof QuantRule.Weighted w)) {
      return floatConstant(nameOf(v), v.data());
    }
    if (precision == Precision.INT8_WEIGHTS && index == w.weightInput()) {
      return scaled(nameOf(v), quantizedWeights());
    }
    if (precision == Precision.INT8) {
      QuantizedWeights q = quantizedWeights();
      if (index == w.weightInput()) {
        return perChannel(nameOf(v), q.codes(), q.scales());
      }
      if (index == w.biasInput()) {
        float inputScale = tensors.quantization().activation(node.input(0).name()).scale();
        List<Float> scales = q.scales().stream().map(s -> inputScale * s).toList();
        TensorData bias = Objects.requireNonNull(q.bias());
        return tensors.target().quantizesInputsOnly()
            ? model.initializer(nameOf(v), real(bias, scales))
            : perChannel(nameOf(v), bias, scales);
      }
    }
    return parameter(nameOf(v), v.data());
  }

  /** What is written for a constant depends on the node unless that is in float32. */
  private String nameOf(Value constant) {
    return precision != Precision.FP32 && tensors.isShared(constant)
        ? node.name() + "." + constant.name()
        : constant.name();
  }

  private QuantizedWeights quantizedWeights() {
    return Objects.requireNonNull(tensors.quantization().weights().get(node.name()));
  }

  /**
   * Int8 weights for a node in float. ONNX Runtime computes Cast and Mul of constants while it
   * loads a model, but never a DequantizeLinear, and then keeps the node from faster layouts.
   */
  private String scaled(String name, QuantizedWeights q) {
    long[] shape = new long[q.codes().shape().rank()];
    Arrays.fill(shape, 1);
    shape[0] = q.scales().size();
    String codes = model.initializer(name, q.codes());
    String scales = model.initializer(name + ".s", TensorData.of(array(q.scales()), shape));
    OnnxAttributes toFloat = OnnxAttributes.none().integer("to", ONNX_FLOAT);
    model.node("Cast", "", List.of(codes), List.of(name + ".f"), toFloat);
    model.node(
        "Mul", "", List.of(name + ".f", scales), List.of(name + ".d"), OnnxAttributes.none());
    return name + ".d";
  }

  private static float[] array(List<Float> scales) {
    float[] array = new float[scales.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = scales.get(i);
    }
    return array;
  }

  private static TensorData real(TensorData codes, List<Float> scales) {
    float[] reals = array(scales);
    for (int i = 0; i < reals.length; i++) {
      reals[i] = (float) (codes.doubleAt(i) * reals[i]);
    }
    return TensorData.of(reals, reals.length);
  }

  private String perChannel(String name, TensorData codes, List<Float> scales) {
    float[] array = array(scales);
    List<String> inputs = new ArrayList<>();
    inputs.add(model.initializer(name, codes));
    inputs.add(model.initializer(name + ".s", TensorData.of(array, array.length)));
    if (codes.shape().rank() == 2) {
      // ONNX Runtime's QGemm does not take zero points per channel as absent.
      byte[] zeros = new byte[array.length];
      inputs.add(model.initializer("zeros_" + zeros.length, TensorData.of(zeros, zeros.length)));
    }
    model.node(
        "DequantizeLinear",
        "",
        inputs,
        List.of(name + ".d"),
        OnnxAttributes.none().integer("axis", 0));
    return name + ".d";
  }

  private String floatConstant(String name, TensorData data) {
    return data.elements() == 1 ? model.initializer(name, data) : parameter(name, data);
  }

  private String parameter(String name, TensorData data) {
    if (precision != Precision.FP16 || data.dtype() != DType.FLOAT32) {
      return model.initializer(name, data);
    }
    String cast = name + ".f";
    if (casts.add(cast)) {
      model.initializer(name, Float16.convert(name, data));
      OnnxAttributes toFloat = OnnxAttributes.none().integer("to", ONNX_FLOAT);
      model.node("Cast", "", List.of(name), List.of(cast), toFloat);
    }
    return cast;
  }

  @Override
  public void node(String type, List<String> inputs, OnnxAttributes attributes) {
    model.node(type, node.name(), inputs, List.of(tensors.floatName(node.output())), attributes);
  }

  @Override
  public void foreign(
      String text, String domain, int version, List<String> inputs, List<String> further) {
    List<String> outputs = new ArrayList<>(List.of(tensors.floatName(node.output())));
    outputs.addAll(further);
    model.foreign(text, node.name(), domain, version, inputs, outputs);
  }

  @Override
  public String intermediate(
      String suffix, String type, List<String> inputs, OnnxAttributes attributes) {
    String name = node.name() + "." + suffix;
    model.node(type, name, inputs, List.of(name), attributes);
    return name;
  }

  @Override
  public List<Node> consumers(Value value) {
    return tensors.consumers(value);
  }

  @Override
  public String constant(String suffix, TensorData data) {
    return floatConstant(node.name() + "." + suffix, data);
  }

  @Override
  public String sharedConstant(String name, TensorData data) {
    return model.initializer(name, data);
  }
}

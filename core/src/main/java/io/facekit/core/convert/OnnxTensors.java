package io.facekit.core.convert;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.onnx.OnnxModelBuilder;
import io.facekit.core.quant.QuantParams;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.Target;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The names under which an ONNX model holds each value: in float, as 8-bit codes, and dequantized
 * again. Writes the QuantizeLinear and DequantizeLinear nodes on the way.
 */
final class OnnxTensors {
  private final Graph graph;
  private final Quantization quantization;
  private final Target target;
  private final OnnxModelBuilder model;
  private final Map<Value, String> outputNames;
  private final Map<Value, String> codes = new HashMap<>();
  private final Map<Value, String> dequantized = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final List<String> observed = new ArrayList<>();

  OnnxTensors(Graph graph, Quantization quantization, Target target, OnnxModelBuilder model) {
    this.graph = graph;
    this.quantization = quantization;
    this.target = target;
    this.model = model;
    this.outputNames = OnnxEmitter.outputNames(graph);
  }

  Quantization quantization() {
    return quantization;
  }

  Target target() {
    return target;
  }

  private boolean isQuantized(Value v) {
    return quantization.activations().containsKey(v.name());
  }

  private boolean isFromInt8(Value v) {
    Node producer = v.producer();
    return producer != null && quantization.isInt8(producer.name());
  }

  /** The nodes that read a value. */
  List<Node> consumers(Value v) {
    return graph.consumers(v);
  }

  /** Whether several nodes read a constant. */
  boolean isShared(Value constant) {
    return consumers(constant).size() > 1;
  }

  /** The name of the value as its producer computes it. */
  String floatName(Value v) {
    boolean direct = graph.isOutput(v) && !(isQuantized(v) && isFromInt8(v));
    return direct ? outputName(v) : v.name();
  }

  String outputName(Value v) {
    return Objects.requireNonNull(outputNames.get(v));
  }

  /** Quantizes a value once if an INT8 node produces or reads it. */
  void quantizeIfRead(Value v) {
    if (isQuantized(v)) {
      String name = v.name() + ".q";
      model.node(
          "QuantizeLinear",
          "",
          List.of(floatName(v), scale(v), zeroPoint(v)),
          List.of(name),
          OnnxAttributes.none());
      codes.put(v, name);
    }
  }

  /** The value as an INT8 node reads it: dequantized by a node that serves this reader alone. */
  String forInt8(Value v) {
    int k = readers.merge(v.name(), 1, Integer::sum);
    return dequantize(v, v.name() + ".d" + k);
  }

  /** The value as a float node reads it: never rounded unless an INT8 node produced it. */
  String forFloat(Value v) {
    if (isQuantized(v) && isFromInt8(v)) {
      return dequantized.computeIfAbsent(v, x -> dequantize(x, x.name() + ".d"));
    }
    return floatName(v);
  }

  /** Makes sure that a model output is written under its name. */
  void writeOutput(Value v) {
    if (isQuantized(v) && isFromInt8(v)) {
      dequantize(v, outputName(v));
    }
  }

  /** The tensor that shows what readers of the value see, rounded if it is quantized. */
  String observe(Value v) {
    String name;
    if (graph.isOutput(v)) {
      name = outputName(v);
    } else {
      name =
          isQuantized(v)
              ? dequantized.computeIfAbsent(v, x -> dequantize(x, x.name() + ".d"))
              : v.name();
    }
    observed.add(name);
    return name;
  }

  List<String> observed() {
    return observed;
  }

  private String dequantize(Value v, String name) {
    model.node(
        "DequantizeLinear",
        "",
        List.of(Objects.requireNonNull(codes.get(v)), scale(v), zeroPoint(v)),
        List.of(name),
        OnnxAttributes.none());
    return name;
  }

  /** Equal scales share one rank-0 initializer: runtimes drop a pair of nodes only if they do. */
  private String scale(Value v) {
    float scale = params(v).scale();
    return model.initializer(
        "scale_" + Integer.toHexString(Float.floatToRawIntBits(scale)),
        TensorData.of(new float[] {scale}));
  }

  private String zeroPoint(Value v) {
    boolean signed = target.hasSignedCodes();
    int zero = params(v).zeroPoint() - (signed ? QuantParams.SIGNED_OFFSET : 0);
    return model.initializer(
        "zero_" + zero,
        new TensorData(
            signed ? DType.INT8 : DType.UINT8,
            Shape.SCALAR,
            ByteBuffer.wrap(new byte[] {(byte) zero})));
  }

  private QuantParams params(Value v) {
    return quantization.activation(v.name());
  }
}

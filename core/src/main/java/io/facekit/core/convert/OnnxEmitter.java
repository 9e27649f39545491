package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxModelBuilder;
import io.facekit.core.op.Foreign;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Quantization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a graph as ONNX. INT8 is spelled as QuantizeLinear and DequantizeLinear around float ops:
 * every INT8 node reads dequantized inputs through nodes of its own and its output is quantized at
 * once, so that a runtime can fuse each node by itself. The input is named {@code input}, the
 * output {@code output}.
 */
public final class OnnxEmitter {
  private OnnxEmitter() {}

  /** A written model. */
  public static final class Emitted {
    private final byte[] bytes;
    private final List<String> observed;

    private Emitted(byte[] bytes, List<String> observed) {
      this.bytes = bytes;
      this.observed = observed;
    }

    public byte[] bytes() {
      return bytes;
    }

    /** The tensor name of each observed value, in the order asked for. */
    public List<String> observed() {
      return observed;
    }
  }

  public static byte[] emit(Graph graph, Quantization quantization, OnnxOptions options) {
    return emitObserved(graph, quantization, options).bytes();
  }

  public static Emitted emitObserved(Graph graph, Quantization quantization, OnnxOptions options) {
    refuseUnsupported(graph, options.opset());
    OnnxModelBuilder model =
        new OnnxModelBuilder(options.opset(), "facekit", options.producerVersion());
    options.metadata().forEach(model::metadata);
    OnnxTensors tensors = new OnnxTensors(graph, quantization, options.target(), model);
    for (Value in : graph.inputs()) {
      model.input(tensors.floatName(in), in.type().dtype(), in.type().shape());
      tensors.quantizeIfRead(in);
    }
    for (Node n : graph.nodes()) {
      Ops.of(n.op()).emitOnnx(n, new OnnxNodeOut(n, model, tensors));
      tensors.quantizeIfRead(n.output());
    }
    for (Value out : graph.outputs()) {
      tensors.writeOutput(out);
      model.output(tensors.outputName(out), out.type().dtype(), out.type().shape());
    }
    return new Emitted(observe(graph, options, model, tensors), List.copyOf(tensors.observed()));
  }

  private static byte[] observe(
      Graph graph, OnnxOptions options, OnnxModelBuilder model, OnnxTensors tensors) {
    for (String name : options.observed()) {
      Value value =
          graph.inputs().stream()
              .filter(v -> v.name().equals(name))
              .findFirst()
              .orElseGet(() -> graph.node(name).orElseThrow().output());
      String tensor = tensors.observe(value);
      if (!graph.isOutput(value) && value.producer() != null) {
        model.output(tensor, value.type().dtype(), value.type().shape());
      }
    }
    return model.build();
  }

  private static void refuseUnsupported(Graph graph, int opset) {
    Problems problems = new Problems();
    for (Node n : graph.nodes()) {
      if (!Ops.of(n.op()).hasOnnx()) {
        problems.add(
            Problem.of(ErrorId.GRAPH_TARGET, n.op().type() + " cannot be written as ONNX")
                .at(n.name()));
      }
      if (n.op() instanceof Foreign f && f.obstacle(opset).isPresent()) {
        problems.add(
            Problem.of(
                    ErrorId.ONNX_OPSET, "operator " + f.operator() + " " + f.obstacle(opset).get())
                .at(n.name())
                .found("operator set " + f.version() + " in the source, " + opset + " wanted")
                .hint("ask for the source's operator set: --opset " + f.version()));
      }
    }
    problems.throwIfAny();
  }

  /** Input and output names of a model that facekit writes. */
  static Map<Value, String> outputNames(Graph graph) {
    Map<Value, String> names = new HashMap<>();
    List<Value> outputs = new ArrayList<>(graph.outputs());
    for (int i = 0; i < outputs.size(); i++) {
      names.put(outputs.get(i), i == 0 ? "output" : "output_" + i);
    }
    return names;
  }
}

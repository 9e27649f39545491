package io.facekit.core.tflite;

import io.facekit.core.tflite.TfliteModel.Code;
import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Quantization;
import io.facekit.core.tflite.TfliteModel.Step;
import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.nio.ByteBuffer;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * A TFLite graph as compact text for tests: inputs, one line per operator, outputs.
 *
 * <pre>
 * in  image: float32[?,5,6,3]
 * out_0: int8[?,5,6,3] q(0.01,-3) = QUANTIZE(image)
 * out_1: int8[?,5,6,4] q(0.03,7) = CONV_2D.v3(out_0, w: int8[4,3,3,3] q(4@0), b: int32[4] q(4@0)) SAME
 * out out_1
 * </pre>
 *
 * A dynamic dimension is {@code ?}; {@code q(scale,zero point)}, or {@code q(number@axis)} for a
 * scale per slice; the version of an operator is left out if it is 1. Constants are described where
 * they are read.
 */
public final class TflitePrinter {
  private final TfliteModel model;
  private final StringBuilder out = new StringBuilder();

  private TflitePrinter(TfliteModel model) {
    this.model = model;
  }

  /**
   * @param file from position to limit; not changed
   * @throws io.facekit.core.error.FacekitException VERIFY_FORMAT if the structure is damaged
   */
  public static String print(ByteBuffer file) {
    TflitePrinter printer = new TflitePrinter(TfliteReader.read(file));
    printer.model.graphs().forEach(printer::graph);
    return printer.out.toString();
  }

  private void graph(Graph graph) {
    for (int i : graph.inputs()) {
      out.append("in  ").append(described(graph, i)).append('\n');
    }
    graph.steps().forEach(step -> step(graph, step));
    out.append("out ")
        .append(graph.outputs().stream().map(i -> name(graph, i)).collect(Collectors.joining(", ")))
        .append('\n');
  }

  private void step(Graph graph, Step step) {
    StringJoiner outputs = new StringJoiner(", ");
    step.outputs().forEach(i -> outputs.add(described(graph, i)));
    StringJoiner inputs = new StringJoiner(", ", "(", ")");
    step.inputs()
        .forEach(i -> inputs.add(isConstant(graph, i) ? described(graph, i) : name(graph, i)));
    String options = TfliteOptions.text(step);
    out.append(outputs)
        .append(" = ")
        .append(operator(model, step))
        .append(inputs)
        .append(options.isEmpty() ? "" : " " + options)
        .append('\n');
  }

  /** The operator's name with its version, if that is not 1. */
  static String operator(TfliteModel model, Step step) {
    if (step.code() >= model.codes().size()) {
      return "code" + step.code();
    }
    Code code = model.codes().get((int) step.code());
    int operator = code.operator();
    String name =
        operator >= 0 && operator < BuiltinOperator.names.length
            ? BuiltinOperator.name(operator)
            : "operator" + operator;
    return code.version() == 1 ? name : name + ".v" + code.version();
  }

  private boolean isConstant(Graph graph, int index) {
    if (index < 0 || index >= graph.tensors().size()) {
      return false;
    }
    long buffer = graph.tensors().get(index).buffer();
    return buffer < model.buffers().size() && model.buffers().get((int) buffer).length() > 0;
  }

  private static String name(Graph graph, int index) {
    if (index < 0 || index >= graph.tensors().size()) {
      return index == -1 ? "-" : "tensor" + index;
    }
    return graph.tensors().get(index).name();
  }

  /** Name, type, shape and quantization of a tensor. */
  static String described(Graph graph, int index) {
    if (index < 0 || index >= graph.tensors().size()) {
      return name(graph, index);
    }
    TensorInfo t = graph.tensors().get(index);
    Quantization q = t.quantization();
    return t.name() + ": " + type(t) + (q == null ? "" : " q" + quantization(q));
  }

  /** Element type and shape of a tensor. */
  static String type(TensorInfo t) {
    return TfliteTypes.name(t.type()) + shape(t);
  }

  private static String shape(TensorInfo t) {
    return t.sizes().stream()
        .map(d -> d == -1 ? "?" : Integer.toString(d))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String quantization(Quantization q) {
    if (q.scales().size() == 1 && q.zeroPoints().size() == 1) {
      return "(" + q.scales().get(0) + "," + q.zeroPoints().get(0) + ")";
    }
    return "(" + q.scales().size() + "@" + q.axis() + ")";
  }
}

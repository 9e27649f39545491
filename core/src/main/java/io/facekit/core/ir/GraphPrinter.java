package io.facekit.core.ir;

import io.facekit.core.tensor.TensorData;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Graphs as text, one node per line; {@link GraphParser} reads the same text. The contents of a
 * constant are printed up to 16 elements, above that as {@code ...}.
 */
public final class GraphPrinter {
  static final int PRINTED_ELEMENTS = 16;

  private GraphPrinter() {}

  public static String print(Graph graph) {
    StringBuilder out = new StringBuilder();
    for (Value in : graph.inputs()) {
      out.append("input ").append(in).append('\n');
    }
    for (Node n : graph.nodes()) {
      out.append(n.name());
      if (!n.layer().equals(n.name())) {
        out.append(" @").append(n.layer());
      }
      out.append(" = ").append(attributes(n.op())).append('(');
      out.append(n.inputs().stream().map(GraphPrinter::operand).collect(Collectors.joining(", ")));
      out.append(") : ").append(n.output().type()).append('\n');
    }
    for (Value o : graph.outputs()) {
      out.append("output ").append(o.name()).append('\n');
    }
    return out.toString();
  }

  private static String attributes(Op op) {
    String text = op.toString();
    return text.endsWith("[]") ? text.substring(0, text.length() - 2) : text;
  }

  private static String operand(Value v) {
    return v.isConstant() ? v + " " + contents(v.data()) : v.name();
  }

  private static String contents(TensorData data) {
    if (data.elements() > PRINTED_ELEMENTS) {
      return "{...}";
    }
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < data.elements(); i++) {
      out.append(i == 0 ? "" : " ");
      if (data.dtype().isFloat()) {
        out.append(data.floatAt(i));
      } else {
        out.append(String.format(Locale.ROOT, "%d", (long) data.doubleAt(i)));
      }
    }
    return out.append('}').toString();
  }
}

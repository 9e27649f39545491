package io.facekit.core.ir;

import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Graphs from the text that {@link GraphPrinter} writes.
 *
 * <pre>
 * input x: f32[batch,2,3,3]
 * conv = Conv[strides=[1, 1], ...](x, w: f32[1,2,1,1] {0.5 -1.0}) : f32[batch,1,3,3]
 * act @conv = Relu(conv) : f32[batch,1,3,3]
 * output act
 * </pre>
 *
 * Beyond that, for graphs written by hand: the type of a node may be left out, blank lines and
 * lines that start with {@code #} are skipped, and the contents of a constant may be pseudo-random
 * numbers, {@code {seed 7}} in [-1, 1) or {@code {seed 7 from 0.5 to 1.5}}. Contents that were left
 * out in print, {@code {...}}, become pseudo-random numbers whose seed is the constant's name.
 */
public final class GraphParser {
  private final BiFunction<String, Map<String, String>, Op> ops;
  private final Graph graph = new Graph();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, String> constantTexts = new HashMap<>();

  private GraphParser(BiFunction<String, Map<String, String>, Op> ops) {
    this.ops = ops;
  }

  /**
   * @param ops makes an op from its type name and its attributes as they are printed
   * @throws IllegalArgumentException with the number of the line that cannot be read
   */
  public static Graph parse(String text, BiFunction<String, Map<String, String>, Op> ops) {
    GraphParser parser = new GraphParser(ops);
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      try {
        parser.line(lines.get(i).strip());
      } catch (IllegalArgumentException
          | IllegalStateException
          | ArithmeticException
          | IndexOutOfBoundsException
          | ShapeMismatch e) {
        throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    return parser.graph;
  }

  private void line(String line) {
    int equals = line.indexOf(" = ");
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    if (equals >= 0) {
      node(line.substring(0, equals), line.substring(equals + 3));
    } else if (line.startsWith("input ")) {
      int colon = line.indexOf(": ");
      require(colon > 0, "an input needs a type");
      String name = line.substring(6, colon);
      require(!values.containsKey(name), "two values are named '" + name + "'");
      values.put(name, graph.addInput(name, TensorType.parse(line.substring(colon + 2))));
    } else if (line.startsWith("output ")) {
      graph.addOutput(known(line.substring(7)));
    } else {
      throw new IllegalArgumentException("neither an input, a node nor an output");
    }
  }

  private void node(String left, String right) {
    int at = left.indexOf(" @");
    String name = at < 0 ? left : left.substring(0, at);
    String layer = at < 0 ? name : left.substring(at + 2);
    require(!values.containsKey(name), "two values are named '" + name + "'");
    int open = openingParenthesis(right);
    int close = right.lastIndexOf(')');
    require(open > 0 && close > open, "a node needs an op and its operands in parentheses");
    List<Value> inputs = new ArrayList<>();
    for (String operand : split(right.substring(open + 1, close))) {
      inputs.add(operand.indexOf(": ") < 0 ? known(operand) : constant(operand));
    }
    Value output = graph.append(name, layer, op(right.substring(0, open)), inputs);
    String rest = right.substring(close + 1).strip();
    require(
        rest.isEmpty() || rest.equals(": " + output.type()),
        "'" + name + "' has type " + output.type() + ", not " + rest);
    values.put(name, output);
  }

  private static int openingParenthesis(String text) {
    int brackets = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      brackets += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == '(' && brackets == 0) {
        return i;
      }
    }
    return -1;
  }

  private Op op(String text) {
    int open = text.indexOf('[');
    Map<String, String> attributes = new LinkedHashMap<>();
    if (open >= 0) {
      for (String part : split(text.substring(open + 1, text.lastIndexOf(']')))) {
        int equals = part.indexOf('=');
        require(equals > 0, "attribute '" + part + "' has no value");
        attributes.put(part.substring(0, equals), part.substring(equals + 1));
      }
    }
    return ops.apply(open < 0 ? text : text.substring(0, open), attributes);
  }

  private Value known(String name) {
    @Nullable Value v = values.get(name);
    if (v == null || v.isConstant()) {
      throw new IllegalArgumentException("nothing before is named '" + name + "'");
    }
    return v;
  }

  /** A constant that several nodes read is one value, printed in full at each of them. */
  private Value constant(String text) {
    int colon = text.indexOf(": ");
    String name = text.substring(0, colon);
    @Nullable Value seen = values.get(name);
    if (seen != null) {
      require(text.equals(constantTexts.get(name)), "two values are named '" + name + "'");
      return seen;
    }
    int open = text.indexOf('{');
    require(open > colon && text.endsWith("}"), "constant '" + name + "' has no contents");
    TensorType type = TensorType.parse(text.substring(colon + 2, open).strip());
    String contents = text.substring(open + 1, text.length() - 1).strip();
    TensorData data = ConstantText.parse(type, contents, name);
    Value v = graph.constant(name, data);
    values.put(name, v);
    constantTexts.put(name, text);
    return v;
  }

  /** Splits at the commas outside of brackets and braces. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    if (!text.isBlank()) {
      parts.add(text.substring(start).strip());
    }
    return parts;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}

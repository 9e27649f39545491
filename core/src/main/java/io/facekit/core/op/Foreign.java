package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.onnx.NodeText;
import io.facekit.core.onnx.OnnxHistory;
import io.facekit.core.quant.QuantRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A node of an ONNX file that facekit does not model and writes as it was. The value is its first
 * output that is read; {@link ForeignOutput} is for the others.
 *
 * @param operator with its domain, if that is not the default
 * @param version of the domain's operator set in the file
 * @param output type of the first output that is read
 * @param node as {@link NodeText} writes it
 */
public record Foreign(String operator, int version, TensorType output, String node) implements Op {

  static final OpDef<Foreign> DEF =
      OpDef.of(Foreign.class)
          .fromText(
              t ->
                  new Foreign(
                      t.text("operator"),
                      t.integer("version"),
                      TensorType.parse(t.text("output")),
                      t.text("node")))
          .toOnnx(Foreign::emitOnnx)
          .quantized(new QuantRule.FloatOnly("an operator that facekit does not model"));

  /** The name under which ONNX files hold an output behind the first that is read. */
  static String outputName(String node, int index) {
    return node + "." + index;
  }

  private static void emitOnnx(Foreign op, Node node, OnnxOut out) {
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      inputs.add(
          node.input(i).isConstant()
              ? out.sharedConstant(node.input(i).name(), node.input(i).data())
              : out.input(i));
    }
    List<String> further = new ArrayList<>();
    for (int i = 1; i < NodeText.outputs(op.node); i++) {
      further.add(outputName(node.name(), i));
    }
    out.foreign(op.node, op.domain(), op.version, inputs, further);
  }

  private String domain() {
    int colons = operator.lastIndexOf("::");
    return colons < 0 ? "" : operator.substring(0, colons);
  }

  /** Why the node cannot be written in an operator set of the default domain; empty if it can. */
  public Optional<String> obstacle(int opset) {
    return domain().isEmpty() ? OnnxHistory.obstacle(operator, version, opset) : Optional.empty();
  }

  @Override
  public String type() {
    return operator;
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return output;
  }
}

package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;

/**
 * An output of a {@link Foreign} node behind the first that is read.
 *
 * @param index among the outputs that are read, from 1
 */
public record ForeignOutput(int index, TensorType output) implements Op {

  static final OpDef<ForeignOutput> DEF =
      OpDef.of(ForeignOutput.class)
          .fromText(t -> new ForeignOutput(t.integer("index"), TensorType.parse(t.text("output"))))
          .toOnnx(
              (op, node, out) ->
                  out.node(
                      "Identity",
                      List.of(Foreign.outputName(node.input(0).name(), op.index)),
                      OnnxAttributes.none()))
          .quantized(new QuantRule.FloatOnly("an operator that facekit does not model"));

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return output;
  }
}

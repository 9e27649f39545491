package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.List;

/** {@code [N, C, H, W]} (any rank above 1) to {@code [N, C * H * W]}, in NCHW order. */
public record Flatten() implements Op {

  static final OpDef<Flatten> DEF =
      OpDef.of(Flatten.class)
          .fromText(t -> new Flatten())
          .toOnnx(
              (op, node, out) ->
                  out.node("Flatten", out.inputs(), OnnxAttributes.none().integer("axis", 1)))
          .toTflite((op, node, out) -> FlattenToTflite.emit(node, out))
          .quantized(new QuantRule.SameScale());

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    require(x.rank() >= 2, "Flatten needs [N, ...], not " + x);
    long n = 1;
    for (Dim d : x.dims().subList(1, x.rank())) {
      n = Math.multiplyExact(n, (long) d.size());
    }
    return inputs.get(0).withShape(new Shape(List.of(x.dim(0), Dim.of(n))));
  }
}

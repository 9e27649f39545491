package io.facekit.core.op;

import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;

/** The error function, a part of the Gelu of most ONNX files. */
public record Erf() implements Unary {

  static final OpDef<Erf> DEF =
      OpDef.of(Erf.class)
          .fromOnnx("Erf", Unary.loadOnnx(new Erf()))
          .fromText(t -> new Erf())
          .toOnnx((op, node, out) -> out.node("Erf", out.inputs(), OnnxAttributes.none()))
          .quantized(new QuantRule.FloatOnly("no runtime has an integer Erf"));
}

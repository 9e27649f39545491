package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.AddOptionsT;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;

/** {@code min(max(x + 3, 0), 6) / 6} (Howard et al., arXiv 1905.02244). */
public record HardSigmoid() implements Unary {

  static final OpDef<HardSigmoid> DEF =
      OpDef.of(HardSigmoid.class)
          .fromAten("aten::hardsigmoid(Tensor self)", Unary.load(new HardSigmoid()))
          .fromOnnx("HardSigmoid", HardSigmoid::loadOnnx)
          .fromText(t -> new HardSigmoid())
          .toOnnx((op, node, out) -> out.node("HardSigmoid", out.inputs(), attributes()))
          .toTflite((op, node, out) -> emitTflite(node, out))
          .quantized(new QuantRule.FloatOnly("no runtime has an integer HardSigmoid"));

  /** With another slope or offset, ONNX's own 0.2 and 0.5 among them, it is a clipped line. */
  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    float slope = (float) call.number("alpha", 0.2);
    float offset = (float) call.number("beta", 0.5);
    if (slope == 1f / 6 && offset == 0.5f) {
      return call.node(new HardSigmoid(), List.of(x));
    }
    Value alpha = call.constant("alpha", TensorData.of(new float[] {slope}));
    Value beta = call.constant("beta", TensorData.of(new float[] {offset}));
    Value scaled = call.node(new Mul(), List.of(x, alpha));
    return call.node(new Clip(0, 1), List.of(call.node(new Add(), List.of(scaled, beta))));
  }

  static OnnxAttributes attributes() {
    return OnnxAttributes.none().number("alpha", 1.0 / 6).number("beta", 0.5);
  }

  private static void emitTflite(Node node, TfliteOut out) {
    AddOptionsT add = new AddOptionsT();
    add.setFusedActivationFunction(ActivationFunctionType.RELU6);
    int clipped =
        out.intermediate("clipped", Layout.shape(node.output().type().shape()), node.output());
    out.operator(
        (byte) BuiltinOperator.ADD,
        1,
        List.of(
            out.activation(node.input(0)),
            out.sharedConstant("three", TensorData.of(new float[] {3}))),
        List.of(clipped),
        Builtin.options(BuiltinOptions.AddOptions, add));
    int sixth = out.sharedConstant("sixth", TensorData.of(new float[] {1f / 6}));
    BinaryToTflite.emit(BinaryToTflite.Kind.MUL, clipped, sixth, out.output(), out);
  }
}

package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.onnx.OnnxModelBuilder;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.CastOptionsT;

/**
 * The same numbers in another element type: bytes of pixels as float32. Between float types there
 * is no cast, as a graph computes in float32 throughout.
 */
public record Cast(DType to) implements Op {
  /** Values of PyTorch's {@code ScalarType}: half, float, double, bfloat16. */
  private static final Set<Integer> FLOATS = Set.of(5, 6, 7, 15);

  private static final int UINT8 = 0;

  static final OpDef<Cast> DEF =
      OpDef.of(Cast.class)
          .fromAten(
              "aten::to(Tensor self, Any first=None, Any second=None, Any third=None, Any"
                  + " fourth=None, Any fifth=None, Any sixth=None, Any seventh=None, *, ScalarType?"
                  + " dtype=None)",
              Cast::load)
          .fromAten(
              "aten::type_as(Tensor self, Tensor other)",
              call -> toType(call, call.anyTensor("other").type().dtype()))
          .fromOnnx("Cast", Cast::loadOnnx)
          .fromText(t -> new Cast(DType.valueOf(t.text("to"))))
          .toOnnx(
              (op, node, out) ->
                  out.node(
                      "Cast",
                      out.inputs(),
                      OnnxAttributes.none().integer("to", OnnxModelBuilder.elementType(op.to))))
          .toTflite((op, node, out) -> emitTflite(node, out))
          .expressibleInTflite(
              "only from uint8 to float32",
              (op, node) -> node.input(0).type().dtype() == DType.UINT8 && op.to == DType.FLOAT32)
          .quantized(new QuantRule.FloatOnly("it changes the element type"));

  /** Pixels as numbers to compute with; anything else as it is. */
  static Value toFloat(AtenCall call, Value x) {
    return x.type().dtype() == DType.FLOAT32 ? x : call.node(new Cast(DType.FLOAT32), List.of(x));
  }

  /** The overloads take the element type, or a device, or another tensor first. */
  private static Value load(AtenCall call) {
    for (String argument : List.of("dtype", "first", "second")) {
      if (call.isNumber(argument)) {
        int type = call.integer(argument);
        if (FLOATS.contains(type)) {
          return toFloat(call, call.anyTensor("self"));
        }
        return toInteger(call, type == UINT8);
      }
    }
    return call.isTensor("first")
        ? toType(call, call.anyTensor("first").type().dtype())
        : call.anyTensor("self");
  }

  private static Value toType(AtenCall call, DType type) {
    return type.isFloat()
        ? toFloat(call, call.anyTensor("self"))
        : toInteger(call, type == DType.UINT8);
  }

  private static Value toInteger(AtenCall call, boolean bytes) {
    Value x = call.anyTensor("self");
    if (x.isConstant() ? isWhole(x.data()) : bytes && x.type().dtype() == DType.UINT8) {
      return x;
    }
    throw call.unsupported("a cast of " + x.type() + " to integers");
  }

  private static boolean isWhole(TensorData data) {
    return IntStream.range(0, data.elements())
        .mapToDouble(data::doubleAt)
        .allMatch(v -> v == Math.rint(v));
  }

  /** Of computed numbers that are no float32 yet. */
  private static Value loadOnnx(OnnxCall call) {
    Value x = call.anyTensor(0);
    int to = call.integer("to", 0);
    if (to != OnnxModelBuilder.elementType(DType.FLOAT32)) {
      throw call.unsupported("a cast of " + x.type() + " to element type " + to);
    }
    return call.node(new Cast(DType.FLOAT32), List.of(x));
  }

  private static void emitTflite(Node node, TfliteOut out) {
    CastOptionsT t = new CastOptionsT();
    t.setInDataType(org.tensorflow.lite.schema.TensorType.UINT8);
    t.setOutDataType(org.tensorflow.lite.schema.TensorType.FLOAT32);
    out.operator(
        (byte) BuiltinOperator.CAST,
        1,
        List.of(out.activation(node.input(0))),
        List.of(out.output()),
        Builtin.options(BuiltinOptions.CastOptions, t));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return new TensorType(to, inputs.get(0).shape());
  }
}

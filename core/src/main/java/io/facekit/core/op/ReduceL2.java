package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.lite.schema.BuiltinOperator;

/** Euclidean norm along one axis, which stays with size 1. */
public record ReduceL2(int axis) implements Op {

  static final OpDef<ReduceL2> DEF =
      OpDef.of(ReduceL2.class)
          .fromAten(
              "aten::norm(Tensor self, Scalar? p, int[1] dim, bool keepdim=False, *, ScalarType?"
                  + " dtype=None)",
              call -> load(call, "p"))
          .fromAten(
              "aten::linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool"
                  + " keepdim=False, *, ScalarType? dtype=None)",
              call -> load(call, "ord"))
          .fromAten(
              "aten::frobenius_norm(Tensor self, int[1] dim, bool keepdim=False)",
              call -> load(call, null))
          .fromOnnx("ReduceL2", call -> load(Reduction.Request.of(call)))
          .fromText(t -> new ReduceL2(t.integer("axis")))
          .toOnnx(ReduceL2::emitOnnx)
          .toTflite(ReduceL2::emitTflite)
          .quantized(new QuantRule.FloatOnly("the norm is computed in float"));

  private static Value load(AtenCall call, @Nullable String order) {
    if (order != null && !call.isNone(order) && call.number(order) != 2) {
      throw call.unsupported("a norm of order " + call.number(order));
    }
    return load(Reduction.Request.of(call));
  }

  /** Over several axes, it is spelled out. */
  private static Value load(Reduction.Request request) {
    if (request.axes().size() == 1) {
      return request.reduced(new ReduceL2(request.axes().get(0)));
    }
    ImportCall call = request.call();
    Value square = call.node(new Mul(), List.of(request.x(), request.x()));
    Value sum = request.of(square).reduced(new ReduceSum(request.axes()));
    return call.node(new Sqrt(), List.of(sum));
  }

  private static void emitOnnx(ReduceL2 op, Node node, OnnxOut out) {
    OnnxAttributes attributes = OnnxAttributes.none();
    List<String> inputs = new ArrayList<>(out.inputs());
    if (out.opset() >= 18) {
      inputs.add(out.constant("axes", TensorData.of(new long[] {op.axis}, 1)));
    } else {
      attributes.integers("axes", List.of(op.axis));
    }
    out.node("ReduceL2", inputs, attributes.integer("keepdims", 1));
  }

  private static void emitTflite(ReduceL2 op, Node node, TfliteOut out) {
    int x = out.activation(node.input(0));
    Shape wide = Layout.shape(node.input(0).type().shape());
    int square = out.intermediate("square", wide, node.input(0));
    BinaryToTflite.emit(BinaryToTflite.Kind.MUL, x, x, square, out);
    Shape narrow = Layout.shape(node.output().type().shape());
    int sum = out.intermediate("sum", narrow, node.output());
    Reduction.emitTflite(
        new ReduceSum(List.of(op.axis)), (byte) BuiltinOperator.SUM, node, square, sum, out);
    out.operator((byte) BuiltinOperator.SQRT, 1, List.of(sum), List.of(out.output()), null);
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    return x.withShape(x.shape().withDim(axis, Dim.of(1)));
  }
}

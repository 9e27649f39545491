package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantParams;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.SoftmaxOptionsT;

/** {@code e^x} divided by its sum along an axis. */
public record Softmax(int axis) implements Op {

  static final OpDef<Softmax> DEF =
      OpDef.of(Softmax.class)
          .fromAten("aten::softmax(Tensor self, int dim, ScalarType? dtype=None)", Softmax::load)
          .fromOnnx("Softmax", Softmax::loadOnnx)
          .fromText(t -> new Softmax(t.integer("axis")))
          .toOnnx(
              (op, node, out) ->
                  out.node("Softmax", out.inputs(), OnnxAttributes.none().integer("axis", op.axis)))
          .toTflite(Softmax::emitTflite)
          .expressibleInTflite(
              "only along channels or the last axis",
              (op, node) ->
                  op.isLastInTflite(node) || op.axis == node.output().type().shape().rank() - 1)
          .quantized(new QuantRule.FixedOutput(new QuantParams(1f / 256, 0)));

  private static Value load(AtenCall call) {
    Value x = call.tensor("self");
    return call.node(new Softmax(call.axis("dim", x.type().shape().rank())), List.of(x));
  }

  /** Before operator set 13 all axes from the given one on are one. */
  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    Shape shape = x.type().shape();
    boolean flat = call.opset() < 13;
    int axis = OnnxForm.axis(call, call.integer("axis", flat ? 1 : -1), shape.rank());
    List<Integer> wide =
        IntStream.range(axis, flat ? shape.rank() : axis + 1)
            .filter(i -> !shape.dim(i).equals(Dim.of(1)))
            .boxed()
            .toList();
    if (wide.stream().anyMatch(i -> shape.dim(i).symbolic())) {
      throw call.unsupported("a softmax over the batch");
    }
    if (wide.size() <= 1) {
      return call.node(new Softmax(wide.isEmpty() ? axis : wide.get(0)), List.of(x));
    }
    Value rows = call.node(new Reshape(Rows.of(shape, axis)), List.of(x));
    Value shares = call.node(new Softmax(1), List.of(rows));
    return call.node(new Reshape(shape), List.of(shares));
  }

  private boolean isLastInTflite(Node node) {
    int rank = node.output().type().shape().rank();
    return Layout.axis(axis, rank) == rank - 1;
  }

  private static void emitTflite(Softmax op, Node node, TfliteOut out) {
    if (op.isLastInTflite(node)) {
      emitTflite(out.activation(node.input(0)), out.output(), out);
      return;
    }
    int input = RowMajor.readShaped(node.input(0), out);
    RowMajor.write(node, out, to -> emitTflite(input, to, out));
  }

  private static void emitTflite(int input, int output, TfliteOut out) {
    SoftmaxOptionsT t = new SoftmaxOptionsT();
    t.setBeta(1);
    out.operator(
        (byte) BuiltinOperator.SOFTMAX,
        out.isInt8() ? 2 : 1,
        List.of(input),
        List.of(output),
        Builtin.options(BuiltinOptions.SoftmaxOptions, t));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    int rank = inputs.get(0).shape().rank();
    require(axis >= 0 && axis < rank, "axis " + axis + " of " + inputs.get(0).shape());
    return inputs.get(0);
  }
}

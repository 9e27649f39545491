package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.ConcatenationOptionsT;

/** Tensors one after another along an axis; equal along all others. */
public record Concat(int axis) implements Op {

  static final OpDef<Concat> DEF =
      OpDef.of(Concat.class)
          .fromAten("aten::cat(Tensor[] tensors, int dim=0)", Concat::loadCat)
          .fromAten("aten::stack(Tensor[] tensors, int dim=0)", Concat::loadStack)
          .fromOnnx("Concat", Concat::loadOnnx)
          .fromText(t -> new Concat(t.integer("axis")))
          .toOnnx(
              (op, node, out) ->
                  out.node("Concat", out.inputs(), OnnxAttributes.none().integer("axis", op.axis)))
          .toTflite(Concat::emitTflite)
          .expressibleInTflite(
              "only of computed tensors",
              (op, node) -> node.inputs().stream().noneMatch(Value::isConstant))
          .quantized(new QuantRule.Free());

  private static Value loadCat(AtenCall call) {
    List<Value> tensors = call.tensors("tensors");
    if (tensors.isEmpty()) {
      throw call.unsupported("an empty list");
    }
    int axis = call.axis("dim", tensors.get(0).type().shape().rank());
    return tensors.size() == 1 ? tensors.get(0) : call.node(new Concat(axis), tensors);
  }

  private static Value loadOnnx(OnnxCall call) {
    List<Value> tensors = new ArrayList<>();
    for (int i = 0; call.has(i); i++) {
      tensors.add(call.tensor(i));
    }
    if (tensors.isEmpty() || !call.hasAttribute("axis")) {
      throw call.unsupported("a list of " + tensors.size() + " without an axis");
    }
    Shape first = tensors.get(0).type().shape();
    int axis = OnnxForm.axis(call, call.integer("axis", 0), first.rank());
    for (Value v : tensors) {
      Shape s = v.type().shape();
      if (s.rank() != first.rank() || s.dim(axis).symbolic() || !isOpenAs(s, first)) {
        throw call.unsupported(s + " behind " + first + " along axis " + axis);
      }
    }
    return tensors.size() == 1 ? tensors.get(0) : call.node(new Concat(axis), tensors);
  }

  /** Whether the batch is at the same axes; a constant of a model with a fixed batch has none. */
  private static boolean isOpenAs(Shape a, Shape b) {
    return IntStream.range(0, a.rank()).allMatch(i -> a.dim(i).symbolic() == b.dim(i).symbolic());
  }

  private static Value loadStack(AtenCall call) {
    List<Value> tensors = call.tensors("tensors");
    if (tensors.isEmpty()) {
      throw call.unsupported("an empty list");
    }
    int axis = call.axis("dim", tensors.get(0).type().shape().rank() + 1);
    List<Value> wider =
        tensors.stream()
            .map(v -> call.node(Reshape.withUnit(v.type().shape(), axis), List.of(v)))
            .toList();
    return call.node(new Concat(axis), wider);
  }

  private static void emitTflite(Concat op, Node node, TfliteOut out) {
    ConcatenationOptionsT t = new ConcatenationOptionsT();
    t.setAxis(Layout.axis(op.axis, node.output().type().shape().rank()));
    out.operator(
        (byte) BuiltinOperator.CONCATENATION,
        out.isInt8() ? 2 : 1,
        node.inputs().stream().map(v -> out.activationLike(v, node.output())).toList(),
        List.of(out.output()),
        Builtin.options(BuiltinOptions.ConcatenationOptions, t));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape first = inputs.get(0).shape();
    require(axis >= 0 && axis < first.rank(), "axis " + axis + " of " + first);
    long size = 0;
    for (TensorType t : inputs) {
      Shape s = t.shape();
      require(
          s.rank() == first.rank()
              && !s.dim(axis).symbolic()
              && s.withDim(axis, Dim.of(1)).equals(first.withDim(axis, Dim.of(1)))
              && t.dtype() == inputs.get(0).dtype(),
          "cannot put " + s + " behind " + first + " along axis " + axis);
      size = Math.addExact(size, s.dim(axis).factor());
    }
    return inputs.get(0).withShape(first.withDim(axis, Dim.of(size)));
  }
}

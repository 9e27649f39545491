package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Axes in another order: axis {@code i} of the output is axis {@code perm.get(i)} of the input. */
public record Transpose(List<Integer> perm) implements Op {

  static final OpDef<Transpose> DEF =
      OpDef.of(Transpose.class)
          .fromAten("aten::t(Tensor self)", Transpose::loadT)
          .fromAten("aten::transpose(Tensor self, int dim0, int dim1)", Transpose::loadTranspose)
          .fromAten("aten::permute(Tensor self, int[] dims)", Transpose::loadPermute)
          .fromOnnx("Transpose", Transpose::loadOnnx)
          .fromText(t -> new Transpose(t.integers("perm")))
          .toOnnx(
              (op, node, out) ->
                  out.node(
                      "Transpose", out.inputs(), OnnxAttributes.none().integers("perm", op.perm)))
          .toTflite((op, node, out) -> TransposeToTflite.emit(op, node, out))
          .quantized(new QuantRule.SameScale());

  public Transpose {
    perm = List.copyOf(perm);
  }

  private static Value loadT(AtenCall call) {
    Value x = call.tensor("self");
    int rank = x.type().shape().rank();
    if (rank > 2) {
      throw call.unsupported("the transpose of " + x.type());
    }
    return rank < 2 ? x : node(call, x, swapped(rank, 0, 1));
  }

  private static Value loadTranspose(AtenCall call) {
    Value x = call.tensor("self");
    int rank = x.type().shape().rank();
    return node(call, x, swapped(rank, call.axis("dim0", rank), call.axis("dim1", rank)));
  }

  private static Value loadPermute(AtenCall call) {
    Value x = call.tensor("self");
    int rank = x.type().shape().rank();
    return node(call, x, call.ints("dims").stream().map(a -> a < 0 ? a + rank : a).toList());
  }

  /** Without an order, the axes are reversed. */
  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    List<Integer> plain = Layout.plain(x.type().shape().rank());
    List<Integer> reversed = new ArrayList<>(plain);
    Collections.reverse(reversed);
    List<Integer> perm = call.integers("perm").orElse(reversed);
    if (!perm.stream().sorted().toList().equals(plain)) {
      throw call.unsupported("perm " + perm + " of " + x.type());
    }
    return node(call, x, perm);
  }

  /** The order in which two axes have changed places. */
  static List<Integer> swapped(int rank, int a, int b) {
    List<Integer> perm = new ArrayList<>(Layout.plain(rank));
    Collections.swap(perm, a, b);
    return perm;
  }

  /** A transpose that moves axes of size 1 only is a Reshape. */
  static Value node(ImportCall call, Value x, List<Integer> perm) {
    Shape shape = x.type().shape();
    if (perm.equals(Layout.plain(shape.rank()))) {
      return x;
    }
    if (x.isConstant() && shape.rank() == 2) {
      return call.constant("t", Gemm.transpose(x.data()));
    }
    Shape to = new Transpose(perm).infer(List.of(x.type())).shape();
    if (to.equals(shape) && !Layout.moves(shape, perm)) {
      return x;
    }
    return Layout.moves(shape, perm)
        ? call.node(new Transpose(perm), List.of(x))
        : call.node(Reshape.to(shape, to), List.of(x));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    require(
        perm.stream().sorted().toList().equals(Layout.plain(x.rank())),
        "order " + perm + " of " + x);
    return inputs.get(0).withShape(Layout.permuted(x, perm));
  }
}

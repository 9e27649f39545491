package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fully connected layer. Input {@code [N, K]}, weight {@code [M, K]}, optional bias {@code [M]};
 * output {@code [N, M]}.
 */
public record Gemm(Activation activation) implements Op {

  static final OpDef<Gemm> DEF =
      OpDef.of(Gemm.class)
          .fromAten(
              "aten::linear(Tensor input, Tensor weight, Tensor? bias=None)",
              call -> load(call, "input", call.tensor("weight"), "bias"))
          .fromAten(
              "aten::addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1)",
              Gemm::loadAddmm)
          .fromAten(
              "aten::matmul(Tensor self, Tensor other)",
              call -> loadProduct(call, "self", "other", null))
          .fromAten(
              "aten::mm(Tensor self, Tensor mat2)", call -> loadProduct(call, "self", "mat2", null))
          .fromText(t -> new Gemm(t.activation()))
          .toOnnx(
              (op, node, out) ->
                  op.activation.emit(
                      out, "Gemm", out.inputs(), OnnxAttributes.none().integer("transB", 1)))
          .toTflite((op, node, out) -> GemmToTflite.emit(op, node, out))
          .quantized(new QuantRule.Weighted(1, 2));

  public Gemm withActivation(Activation a) {
    return new Gemm(a);
  }

  private static Value loadAddmm(AtenCall call) {
    if (call.number("beta") != 1 || call.number("alpha") != 1) {
      throw call.unsupported("addmm with alpha or beta other than 1");
    }
    return loadProduct(call, "mat1", "mat2", "self");
  }

  /** A product with a constant matrix is a Gemm, of two computed tensors a MatMul. */
  private static Value loadProduct(
      AtenCall call, String left, String right, @Nullable String added) {
    Value weight = call.tensor(right);
    if (weight.isConstant() && weight.type().shape().rank() == 2) {
      return load(call, left, call.constant("weight", transpose(weight.data())), added);
    }
    Value product = call.node(new MatMul(), List.of(call.tensor(left), weight));
    return added == null ? product : call.node(new Add(), List.of(product, call.tensor(added)));
  }

  private static Value load(AtenCall call, String input, Value weight, @Nullable String bias) {
    Value x = call.tensor(input);
    Shape shape = x.type().shape();
    if (shape.rank() < 2 || !weight.isConstant() || weight.type().shape().rank() != 2) {
      throw call.unsupported("a product of " + x.type() + " and " + weight.type());
    }
    if (shape.rank() > 2) {
      x = call.copy(new Reshape(Rows.of(shape)), List.of(x));
    }
    List<Value> inputs = new ArrayList<>(List.of(x, weight));
    @Nullable Value added = bias == null ? null : call.optionalTensor(bias).orElse(null);
    boolean fits =
        added != null
            && added.isConstant()
            && added.type().shape().equals(Shape.of(weight.type().shape().size(0)));
    if (fits && added != null) {
      inputs.add(added);
    }
    Value y = call.node(new Gemm(Activation.NONE), inputs);
    if (shape.rank() > 2) {
      Shape to = shape.withDim(shape.rank() - 1, weight.type().shape().dim(0));
      y = call.copy(new Reshape(to), List.of(y));
    }
    return fits || added == null ? y : call.node(new Add(), List.of(y, added));
  }

  /** {@code [A, B]} to {@code [B, A]}, as float32. */
  public static TensorData transpose(TensorData data) {
    int rows = data.shape().size(0);
    int columns = data.shape().size(1);
    float[] in = data.toFloats();
    float[] out = new float[in.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        out[c * rows + r] = in[r * columns + c];
      }
    }
    return TensorData.of(out, columns, rows);
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    Shape w = inputs.get(1).shape();
    require(
        x.rank() == 2 && w.rank() == 2 && x.dim(1).equals(w.dim(1)),
        "input " + x + " does not fit weight " + w);
    require(
        inputs.size() < 3 || inputs.get(2).shape().equals(Shape.of(w.size(0))),
        "the bias does not fit weight " + w);
    return new TensorType(DType.FLOAT32, new Shape(List.of(x.dim(0), w.dim(0))));
  }
}

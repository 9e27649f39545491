package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
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
          .fromOnnx("Gemm", Gemm::loadOnnxGemm)
          .fromOnnx("MatMul", Gemm::loadOnnxMatMul)
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
      x = call.node(new Reshape(Rows.of(shape)), List.of(x));
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
      y = call.node(new Reshape(to), List.of(y));
    }
    return fits || added == null ? y : call.node(new Add(), List.of(y, added));
  }

  private static Value loadOnnxGemm(OnnxCall call) {
    Value x = call.tensor(0);
    Shape from = x.type().shape();
    Shape w = call.weightData(1).shape();
    if (call.integer("transA", 0) != 0 || w.rank() != 2 || from.rank() != 2) {
      throw call.unsupported("a product of " + from + " and " + w);
    }
    boolean columns = call.integer("transB", 0) == 0;
    double alpha = call.number("alpha", 1);
    List<Value> inputs = new ArrayList<>(List.of(x, onnxWeight(call, columns, alpha)));
    double beta = call.number("beta", 1);
    if (call.has(2) && beta != 0) {
      Shape out = new Shape(List.of(from.dim(0), w.dim(columns ? 1 : 0)));
      Value bias = OnnxForm.perChannel(call, 2, out, 1);
      inputs.add(beta == 1 ? bias : call.weight(2, scaled(bias.data(), beta)));
    }
    return call.node(new Gemm(Activation.NONE), inputs);
  }

  private static Value onnxWeight(OnnxCall call, boolean columns, double factor) {
    TensorData data = call.weightData(1);
    if (!columns && factor == 1) {
      return call.weight(1);
    }
    TensorData rows = columns ? transpose(data) : data;
    return call.weight(1, factor == 1 ? rows : scaled(rows, factor));
  }

  private static TensorData scaled(TensorData data, double factor) {
    float[] values = data.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * factor);
    }
    return TensorData.of(values, data.shape().at(1));
  }

  /** As {@link #loadProduct}. */
  private static Value loadOnnxMatMul(OnnxCall call) {
    Value x = call.tensor(0);
    Shape from = x.type().shape();
    boolean matrix = call.contents(1).filter(w -> w.shape().rank() == 2).isPresent();
    if (!matrix) {
      return loadOnnxProduct(call, x, call.tensor(1));
    }
    int columns = call.weightData(1).shape().size(1);
    if (from.rank() == 2) {
      return call.node(new Gemm(Activation.NONE), List.of(x, onnxWeight(call, true, 1)));
    }
    if (from.rank() < 2 || Rows.areMany(from)) {
      throw call.unsupported("a product of " + from + " and " + call.weightData(1).shape());
    }
    Value rows = call.node(new Reshape(Rows.of(from)), List.of(x));
    Value y = call.node(new Gemm(Activation.NONE), List.of(rows, onnxWeight(call, true, 1)));
    return call.node(new Reshape(from.withDim(from.rank() - 1, Dim.of(columns))), List.of(y));
  }

  private static Value loadOnnxProduct(OnnxCall call, Value a, Value b) {
    if (a.type().shape().rank() < 2 || b.type().shape().rank() < 2) {
      throw call.unsupported("a product of " + a.type() + " and " + b.type());
    }
    return call.node(new MatMul(), List.of(a, b));
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

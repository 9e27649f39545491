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
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.lite.schema.BatchMatMulOptionsT;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;

/**
 * Matrix product of the last two axes, {@code [..., A, K]} by {@code [..., K, B]}; the axes before
 * broadcast.
 */
public record MatMul() implements Op {

  static final OpDef<MatMul> DEF =
      OpDef.of(MatMul.class)
          .fromAten(
              "aten::bmm(Tensor self, Tensor mat2)",
              call -> call.node(new MatMul(), List.of(call.tensor("self"), call.tensor("mat2"))))
          .fromAten(
              "aten::baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar"
                  + " alpha=1)",
              MatMul::loadBaddbmm)
          .fromAten(
              "aten::scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor?"
                  + " attn_mask=None, float dropout_p=0, bool is_causal=False, *, float?"
                  + " scale=None, bool enable_gqa=False)",
              MatMul::loadAttention)
          .fromText(t -> new MatMul())
          .toOnnx((op, node, out) -> out.node("MatMul", out.inputs(), OnnxAttributes.none()))
          .toTflite((op, node, out) -> emitTflite(node, out))
          .quantized(new QuantRule.FloatOnly("products of two computed tensors are not quantized"));

  private static Value loadBaddbmm(AtenCall call) {
    Value product = call.node(new MatMul(), List.of(call.tensor("batch1"), call.tensor("batch2")));
    product = scaled(call, "alpha", product, call.number("alpha"));
    double beta = call.number("beta");
    return beta == 0
        ? product
        : call.node(new Add(), List.of(scaled(call, "beta", call.tensor("self"), beta), product));
  }

  /** Vaswani et al., arXiv 1706.03762, section 3.2.1. */
  private static Value loadAttention(AtenCall call) {
    if (!call.isNone("attn_mask")
        || call.number("dropout_p") != 0
        || call.bool("is_causal")
        || call.bool("enable_gqa")) {
      throw call.unsupported("attention with a mask, dropout or shared heads");
    }
    Value query = call.tensor("query");
    Value key = call.tensor("key");
    int rank = key.type().shape().rank();
    double scale =
        call.isNone("scale")
            ? 1 / Math.sqrt(query.type().shape().size(rank - 1))
            : call.number("scale");
    Value turned = Transpose.node(call, key, Transpose.swapped(rank, rank - 2, rank - 1));
    Value scores = call.node(new MatMul(), List.of(scaled(call, "scale", query, scale), turned));
    Value weights = call.node(new Softmax(rank - 1), List.of(scores));
    return call.node(new MatMul(), List.of(weights, call.tensor("value")));
  }

  private static Value scaled(AtenCall call, String name, Value x, double factor) {
    return factor == 1
        ? x
        : call.node(
            new Mul(),
            List.of(x, call.constant(name, TensorData.of(new float[] {(float) factor}))));
  }

  private static void emitTflite(Node node, TfliteOut out) {
    List<Integer> operands = new ArrayList<>();
    for (Value v : node.inputs()) {
      operands.add(
          v.isConstant() ? out.constant(v, v.type().shape()) : RowMajor.readShaped(v, out));
    }
    RowMajor.write(
        node,
        out,
        to ->
            out.operator(
                (byte) BuiltinOperator.BATCH_MATMUL,
                1,
                operands,
                List.of(to),
                Builtin.options(BuiltinOptions.BatchMatMulOptions, new BatchMatMulOptionsT())));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape a = inputs.get(0).shape();
    Shape b = inputs.get(1).shape();
    require(
        a.rank() >= 2 && b.rank() >= 2 && a.dim(a.rank() - 1).equals(b.dim(b.rank() - 2)),
        "the product of " + a + " and " + b);
    Shape batches =
        Broadcast.shape(
            new Shape(a.dims().subList(0, a.rank() - 2)),
            new Shape(b.dims().subList(0, b.rank() - 2)));
    List<Dim> dims = new ArrayList<>(batches.dims());
    dims.add(a.dim(a.rank() - 2));
    dims.add(b.dim(b.rank() - 1));
    return inputs.get(0).withShape(new Shape(dims));
  }
}

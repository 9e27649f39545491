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
import java.util.Collections;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.Pool2DOptionsT;

/**
 * Maximum over windows; padding never wins. Input {@code [N, C, H, W]}; output {@code [N, C, oH,
 * oW]}.
 *
 * @param kernel height, width
 * @param strides height, width
 * @param pads top, left, bottom, right
 * @param dilations height, width
 */
public record MaxPool(
    List<Integer> kernel, List<Integer> strides, List<Integer> pads, List<Integer> dilations)
    implements Op {
  private static final List<Integer> NONE = List.of(0, 0, 0, 0);
  private static final List<Integer> DENSE = List.of(1, 1);

  private static final String ARGUMENTS =
      "(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1,"
          + " bool ceil_mode=False)";

  static final OpDef<MaxPool> DEF =
      OpDef.of(MaxPool.class)
          .fromAten("aten::max_pool2d" + ARGUMENTS, MaxPool::load)
          .fromAten("aten::max_pool2d_with_indices" + ARGUMENTS, MaxPool::load)
          .fromAten(
              "aten::adaptive_max_pool2d(Tensor self, int[2] output_size)", MaxPool::loadAdaptive)
          .fromOnnx("MaxPool", MaxPool::loadOnnx)
          .fromOnnx("GlobalMaxPool", MaxPool::loadOnnxGlobal)
          .fromText(
              t ->
                  new MaxPool(
                      t.integers("kernel"),
                      t.integers("strides"),
                      t.integers("pads"),
                      t.integers("dilations")))
          .toOnnx((op, node, out) -> out.node("MaxPool", out.inputs(), op.attributes()))
          .toTflite(MaxPool::emitTflite)
          .expressibleInTflite("only undilated", (op, node) -> op.dilations.equals(DENSE))
          .quantized(new QuantRule.SameScale());

  public MaxPool {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
  }

  /** The maximum of a whole map. */
  static MaxPool global(Shape x) {
    List<Integer> window = List.of(x.size(2), x.size(3));
    return new MaxPool(window, window, NONE, DENSE);
  }

  private static Value load(AtenCall call) {
    Value x = call.tensor("self");
    PoolCall pool = PoolCall.of(call, call.ints("dilation", 2));
    return call.node(
        new MaxPool(pool.kernel(), pool.strides(), pool.padsWithCeil(), pool.dilations()),
        List.of(x));
  }

  private static Value loadAdaptive(AtenCall call) {
    Value x = call.tensor("self");
    List<Integer> window = PoolCall.adaptiveWindow(call, x.type().shape());
    return call.node(new MaxPool(window, window, NONE, DENSE), List.of(x));
  }

  /** A window that sees nothing but padding has no maximum. */
  private static Value loadOnnx(OnnxCall call) {
    PoolCall pool = PoolCall.of(call);
    List<Integer> pads = pool.padsWithCeil();
    for (int i = 0; i < pads.size(); i++) {
      if (pads.get(i) >= pool.kernel().get(i % 2)) {
        throw call.unsupported("padding " + pads + " of windows " + pool.kernel());
      }
    }
    return call.node(
        new MaxPool(pool.kernel(), pool.strides(), pads, pool.dilations()),
        List.of(call.tensor(0)));
  }

  private static Value loadOnnxGlobal(OnnxCall call) {
    Value x = call.tensor(0);
    if (x.type().shape().rank() != 4) {
      throw call.unsupported("pooling of " + x.type());
    }
    return call.node(global(x.type().shape()), List.of(x));
  }

  private OnnxAttributes attributes() {
    OnnxAttributes a =
        OnnxAttributes.none().integers("kernel_shape", kernel).integers("strides", strides);
    if (!pads.equals(NONE)) {
      a.integers("pads", pads);
    }
    return dilations.equals(DENSE) ? a : a.integers("dilations", dilations);
  }

  private static void emitTflite(MaxPool op, Node node, TfliteOut out) {
    TflitePadding padding =
        TflitePadding.of(
            node.input(0).type().shape(),
            op.kernel,
            op.strides,
            op.pads,
            Collections.nCopies(2, 1));
    Pool2DOptionsT t = new Pool2DOptionsT();
    t.setPadding(padding.mode());
    t.setFilterHeight(op.kernel.get(0));
    t.setFilterWidth(op.kernel.get(1));
    t.setStrideH(op.strides.get(0));
    t.setStrideW(op.strides.get(1));
    out.operator(
        (byte) BuiltinOperator.MAX_POOL_2D,
        out.isInt8() ? 2 : 1,
        List.of(padding.lowest(node.input(0), out)),
        List.of(out.output()),
        Builtin.options(BuiltinOptions.Pool2DOptions, t));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    require(x.rank() == 4, "MaxPool needs an input of rank 4, not " + x);
    return inputs
        .get(0)
        .withShape(new Shape(List.of(x.dim(0), x.dim(1), Dim.of(out(x, 0)), Dim.of(out(x, 1)))));
  }

  private int out(Shape x, int axis) {
    return Window.outputSize(
        x.size(axis + 2),
        kernel.get(axis),
        strides.get(axis),
        pads.get(axis),
        pads.get(axis + 2),
        dilations.get(axis));
  }
}

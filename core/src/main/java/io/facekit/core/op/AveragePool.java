package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.List;
import java.util.OptionalInt;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.Padding;
import org.tensorflow.lite.schema.Pool2DOptionsT;

/**
 * Mean over windows without padding. Input {@code [N, C, H, W]}; output {@code [N, C, oH, oW]}.
 *
 * @param kernel height, width
 * @param strides height, width
 */
public record AveragePool(List<Integer> kernel, List<Integer> strides) implements Op {

  static final OpDef<AveragePool> DEF =
      OpDef.of(AveragePool.class)
          .fromAten(
              "aten::adaptive_avg_pool2d(Tensor self, int[2] output_size)",
              AveragePool::loadAdaptive)
          .fromAten(
              "aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2]"
                  + " padding=0, bool ceil_mode=False, bool count_include_pad=True, int?"
                  + " divisor_override=None)",
              AveragePool::load)
          .fromOnnx("AveragePool", AveragePool::loadOnnx)
          .fromOnnx("GlobalAveragePool", call -> global(call, call.tensor(0)))
          .fromText(t -> new AveragePool(t.integers("kernel"), t.integers("strides")))
          .toOnnx(
              (op, node, out) -> {
                if (op.isGlobal(node.input(0).type().shape())) {
                  out.node("GlobalAveragePool", out.inputs(), OnnxAttributes.none());
                } else {
                  out.node("AveragePool", out.inputs(), op.attributes());
                }
              })
          .toTflite(
              (op, node, out) ->
                  out.operator(
                      (byte) BuiltinOperator.AVERAGE_POOL_2D,
                      out.isInt8() ? 2 : 1,
                      List.of(out.activation(node.input(0))),
                      List.of(out.output()),
                      op.tfliteOptions()))
          .quantized(new QuantRule.SameScale());

  public AveragePool {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
  }

  /** The mean of a whole map. */
  static AveragePool global(Shape x) {
    List<Integer> window = List.of(x.size(2), x.size(3));
    return new AveragePool(window, window);
  }

  private static Value loadAdaptive(AtenCall call) {
    Value x = call.tensor("self");
    List<Integer> window = PoolCall.adaptiveWindow(call, x.type().shape());
    return call.node(new AveragePool(window, window), List.of(x));
  }

  private static Value load(AtenCall call) {
    PoolCall pool = PoolCall.of(call, List.of(1, 1));
    OptionalInt divisor =
        call.isNone("divisor_override")
            ? OptionalInt.empty()
            : OptionalInt.of(call.integer("divisor_override"));
    return pooled(call, call.tensor("self"), pool, call.bool("count_include_pad"), divisor);
  }

  /** Runtimes do not agree by what a window beyond the padding divides if padding counts. */
  private static Value loadOnnx(OnnxCall call) {
    PoolCall pool = PoolCall.of(call);
    boolean includePad = call.integer("count_include_pad", 0) != 0;
    if (!pool.dilations().equals(List.of(1, 1))) {
      throw call.unsupported("average pooling with dilations " + pool.dilations());
    }
    if (includePad && !pool.padsWithCeil().equals(pool.pads())) {
      throw call.unsupported("average pooling with ceil_mode that counts padding");
    }
    return pooled(call, call.tensor(0), pool, includePad, OptionalInt.empty());
  }

  /**
   * Padding is a Pad with zeros before; where a window counts other elements than all of its own, a
   * factor for its place follows.
   */
  private static Value pooled(
      ImportCall call, Value x, PoolCall pool, boolean includePad, OptionalInt divisor) {
    List<Integer> pads = pool.padsWithCeil();
    Value padded = pads.stream().allMatch(p -> p == 0) ? x : call.node(Pad.ofMap(pads), List.of(x));
    Value y = call.node(new AveragePool(pool.kernel(), pool.strides()), List.of(padded));
    PoolDivisors divisors =
        PoolDivisors.of(call, pool, x.type().shape(), y.type().shape(), includePad, divisor);
    return divisors.isWindow()
        ? y
        : call.node(new Mul(), List.of(y, call.constant("divisor", divisors.factors())));
  }

  private static Value global(ImportCall call, Value x) {
    Shape shape = x.type().shape();
    if (shape.rank() != 4) {
      throw call.unsupported("pooling of " + x.type());
    }
    List<Integer> window = List.of(shape.size(2), shape.size(3));
    return call.node(new AveragePool(window, window), List.of(x));
  }

  private boolean isGlobal(Shape x) {
    return kernel.equals(List.of(x.size(2), x.size(3)));
  }

  private OnnxAttributes attributes() {
    return OnnxAttributes.none().integers("kernel_shape", kernel).integers("strides", strides);
  }

  private BuiltinOptionsUnion tfliteOptions() {
    Pool2DOptionsT t = new Pool2DOptionsT();
    t.setPadding(Padding.VALID);
    t.setFilterHeight(kernel.get(0));
    t.setFilterWidth(kernel.get(1));
    t.setStrideH(strides.get(0));
    t.setStrideW(strides.get(1));
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(BuiltinOptions.Pool2DOptions);
    union.setValue(t);
    return union;
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    require(x.rank() == 4, "AveragePool needs an input of rank 4, not " + x);
    return inputs
        .get(0)
        .withShape(
            new Shape(
                List.of(
                    x.dim(0),
                    x.dim(1),
                    Dim.of(Window.outputSize(x.size(2), kernel.get(0), strides.get(0), 0, 0, 1)),
                    Dim.of(Window.outputSize(x.size(3), kernel.get(1), strides.get(1), 0, 0, 1)))));
  }
}

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
import java.util.Collections;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.PadOptionsT;
import org.tensorflow.lite.schema.PadV2OptionsT;

/**
 * A border of one number.
 *
 * @param pads before each axis, then after each axis; not of the batch
 */
public record Pad(List<Integer> pads, double value) implements Op {

  static final OpDef<Pad> DEF =
      OpDef.of(Pad.class)
          .fromAten("aten::constant_pad_nd(Tensor self, int[] pad, Scalar value=0)", Pad::load)
          .fromAten(
              "aten::pad(Tensor self, int[] pad, str mode='constant', float? value=None)",
              Pad::load)
          .fromOnnx("Pad", Pad::loadOnnx)
          .fromText(t -> new Pad(t.integers("pads"), t.number("value")))
          .toOnnx(Pad::emitOnnx)
          .toTflite(Pad::emitTflite)
          .quantized(new QuantRule.FloatOnly("ONNX Runtime pads floats"));

  public Pad {
    pads = List.copyOf(pads);
  }

  /**
   * A border of zeros around a map.
   *
   * @param pads top, left, bottom, right
   */
  static Pad ofMap(List<Integer> pads) {
    return new Pad(List.of(0, 0, pads.get(0), pads.get(1), 0, 0, pads.get(2), pads.get(3)), 0);
  }

  /** PyTorch lists the axes from the last one. */
  private static Value load(AtenCall call) {
    Value x = call.tensor("self");
    int rank = x.type().shape().rank();
    List<Integer> amounts = call.ints("pad");
    if (call.has("mode") && !call.text("mode").equals("constant")) {
      throw call.unsupported("padding by " + call.text("mode"));
    }
    if (amounts.stream().anyMatch(a -> a < 0) || amounts.size() > 2 * rank) {
      throw call.unsupported("padding of " + x.type() + " by " + amounts);
    }
    List<Integer> pads = new ArrayList<>(Collections.nCopies(2 * rank, 0));
    for (int i = 0; i < amounts.size() / 2; i++) {
      pads.set(rank - 1 - i, amounts.get(2 * i));
      pads.set(2 * rank - 1 - i, amounts.get(2 * i + 1));
    }
    double value = call.isNone("value") ? 0 : call.number("value");
    return pads.stream().allMatch(p -> p == 0) ? x : call.node(new Pad(pads, value), List.of(x));
  }

  /** Before operator set 11 the amounts and the number are attributes. */
  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    Shape shape = x.type().shape();
    int rank = shape.rank();
    String mode = call.text("mode", "constant");
    List<Integer> given = call.integers("pads", 1).orElse(List.of());
    List<Integer> axes =
        OnnxForm.ordered(call, call.integers("axes", 3).orElseGet(() -> Layout.plain(rank)), rank);
    if (!mode.equals("constant")
        || given.size() != 2 * axes.size()
        || given.stream().anyMatch(p -> p < 0)) {
      throw call.unsupported("padding of " + shape + " by " + given + " in mode " + mode);
    }
    List<Integer> pads = new ArrayList<>(Collections.nCopies(2 * rank, 0));
    for (int i = 0; i < axes.size(); i++) {
      int before = given.get(i);
      int after = given.get(i + axes.size());
      if (shape.dim(axes.get(i)).symbolic() && (before != 0 || after != 0)) {
        throw call.unsupported("padding of the batch");
      }
      pads.set(axes.get(i), before);
      pads.set(axes.get(i) + rank, after);
    }
    double value = call.opset() < 11 ? call.number("value", 0) : call.scalar(2, 0);
    if (Double.isNaN(value)) {
      throw call.unsupported("padding by " + value);
    }
    return pads.stream().allMatch(p -> p == 0)
        ? x
        : call.node(new Pad(pads, value == 0 ? 0 : value), List.of(x));
  }

  private static void emitOnnx(Pad op, Node node, OnnxOut out) {
    long[] pads = op.pads.stream().mapToLong(p -> p).toArray();
    out.node(
        "Pad",
        List.of(
            out.input(0),
            out.constant("pads", TensorData.of(pads, pads.length)),
            out.constant("value", TensorData.of(new float[] {op.onnxValue(node, out)}))),
        OnnxAttributes.none());
  }

  /**
   * ONNX Runtime 1.26 makes a border of zeros a part of the pool that reads it: a MaxPool then
   * ignores the zeros, and pads as large as the window are refused. It leaves a border of -0, which
   * is the same number, as it is.
   */
  private float onnxValue(Node node, OnnxOut out) {
    boolean pooled =
        out.consumers(node.output()).stream()
            .anyMatch(n -> n.op() instanceof MaxPool || n.op() instanceof AveragePool);
    return value == 0 && pooled ? -0f : (float) value;
  }

  private static void emitTflite(Pad op, Node node, TfliteOut out) {
    int rank = op.pads.size() / 2;
    int[] before = Layout.values(op.pads.subList(0, rank));
    int[] after = Layout.values(op.pads.subList(rank, 2 * rank));
    int[] amounts = new int[2 * rank];
    for (int i = 0; i < rank; i++) {
      amounts[2 * i] = before[i];
      amounts[2 * i + 1] = after[i];
    }
    List<Integer> inputs =
        new ArrayList<>(
            List.of(out.activation(node.input(0)), TflitePadding.amounts(amounts, out)));
    if (op.value == 0) {
      out.operator(
          (byte) BuiltinOperator.PAD,
          1,
          inputs,
          List.of(out.output()),
          Builtin.options(BuiltinOptions.PadOptions, new PadOptionsT()));
      return;
    }
    inputs.add(
        out.sharedConstant(
            node.name() + ".value", TensorData.of(new float[] {(float) op.value}, 1)));
    out.operator(
        (byte) BuiltinOperator.PADV2,
        1,
        inputs,
        List.of(out.output()),
        Builtin.options(BuiltinOptions.PadV2Options, new PadV2OptionsT()));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    require(
        pads.size() == 2 * x.rank() && pads.stream().allMatch(p -> p >= 0),
        "pads " + pads + " of " + x);
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      int more = Math.addExact(pads.get(i), pads.get(i + x.rank()));
      require(more == 0 || !x.dim(i).symbolic(), "pads " + pads + " of " + x);
      dims.add(new Dim(Math.addExact(x.dim(i).factor(), (long) more), x.dim(i).symbolic()));
    }
    return inputs.get(0).withShape(new Shape(dims));
  }
}

package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import org.tensorflow.lite.schema.AddOptionsT;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.DivOptionsT;
import org.tensorflow.lite.schema.MaximumMinimumOptionsT;
import org.tensorflow.lite.schema.MulOptionsT;
import org.tensorflow.lite.schema.PowOptionsT;
import org.tensorflow.lite.schema.SubOptionsT;

/** Writes elementwise nodes of two inputs. */
final class BinaryToTflite {
  enum Kind {
    ADD((byte) BuiltinOperator.ADD, BuiltinOptions.AddOptions, new AddOptionsT()),
    SUB((byte) BuiltinOperator.SUB, BuiltinOptions.SubOptions, new SubOptionsT()),
    MUL((byte) BuiltinOperator.MUL, BuiltinOptions.MulOptions, new MulOptionsT()),
    DIV((byte) BuiltinOperator.DIV, BuiltinOptions.DivOptions, new DivOptionsT()),
    MAXIMUM(
        (byte) BuiltinOperator.MAXIMUM,
        BuiltinOptions.MaximumMinimumOptions,
        new MaximumMinimumOptionsT()),
    MINIMUM(
        (byte) BuiltinOperator.MINIMUM,
        BuiltinOptions.MaximumMinimumOptions,
        new MaximumMinimumOptionsT()),
    POW((byte) BuiltinOperator.POW, BuiltinOptions.PowOptions, new PowOptionsT());

    private final byte builtin;
    private final byte optionsType;
    private final Object options;

    Kind(byte builtin, byte optionsType, Object options) {
      this.builtin = builtin;
      this.optionsType = optionsType;
      this.options = options;
    }
  }

  private BinaryToTflite() {}

  static void emit(Kind kind, Node node, TfliteOut out) {
    emit(kind, operand(kind, node, 0, out), operand(kind, node, 1, out), out.output(), out);
  }

  private static int operand(Kind kind, Node node, int index, TfliteOut out) {
    Value other = node.input(1 - index);
    int rank = node.output().type().shape().rank();
    int tensor = Broadcast.tfliteOperand(node.input(index), rank, out);
    return other.isConstant() && other.data().elements() == 1
        ? bounded(kind, tensor, node.input(index), other.data().doubleAt(0), out)
        : tensor;
  }

  /**
   * The tensor of a value that a MAXIMUM or MINIMUM with one number reads. XNNPACK makes such a
   * bound a part of the convolution or pool before it, and cannot prepare one whose range does not
   * hold 0; an addition of 0 keeps the two apart.
   */
  static int bounded(Kind kind, int tensor, Value value, double bound, TfliteOut out) {
    boolean excludesZero =
        (kind == Kind.MAXIMUM && bound > 0) || (kind == Kind.MINIMUM && bound < 0);
    if (!excludesZero || value.isConstant()) {
      return tensor;
    }
    int apart = out.intermediate("apart", Layout.shape(value.type().shape()), value);
    int zero = out.sharedConstant("zero", TensorData.of(new float[1]));
    emit(Kind.ADD, tensor, zero, apart, out);
    return apart;
  }

  /** One operator of two tensors. */
  static void emit(Kind kind, int left, int right, int to, TfliteOut out) {
    out.operator(
        kind.builtin,
        out.isInt8() ? 2 : 1,
        List.of(left, right),
        List.of(to),
        Builtin.options(kind.optionsType, kind.options));
  }
}

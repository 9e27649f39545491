package io.facekit.core.op;

import io.facekit.core.ir.Node;
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
    int rank = node.output().type().shape().rank();
    emit(
        kind,
        Broadcast.tfliteOperand(node.input(0), rank, out),
        Broadcast.tfliteOperand(node.input(1), rank, out),
        out.output(),
        out);
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

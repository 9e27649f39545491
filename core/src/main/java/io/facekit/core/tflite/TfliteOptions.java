package io.facekit.core.tflite;

import io.facekit.core.tflite.TfliteModel.Step;
import java.util.StringJoiner;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.Padding;

/** The options of one operator as text; what has its default value is left out. */
final class TfliteOptions {
  private TfliteOptions() {}

  /** For example {@code SAME stride=2,2 RELU}; empty if all is default or the kind is not known. */
  static String text(Step step) {
    FlatTable t = step.options();
    if (t == null) {
      return "";
    }
    StringJoiner out = new StringJoiner(" ");
    switch (step.optionsType()) {
      case BuiltinOptions.Conv2DOptions -> {
        window(out, t);
        pair(out, "dilation", t.i32(5, 1), t.i32(4, 1), 1);
        activation(out, t, 3);
      }
      case BuiltinOptions.DepthwiseConv2DOptions -> {
        window(out, t);
        pair(out, "dilation", t.i32(6, 1), t.i32(5, 1), 1);
        if (t.i32(3, 0) != 1) {
          out.add("multiplier=" + t.i32(3, 0));
        }
        activation(out, t, 4);
      }
      case BuiltinOptions.Pool2DOptions -> {
        window(out, t);
        pair(out, "filter", t.i32(4, 0), t.i32(3, 0), 0);
        activation(out, t, 5);
      }
      case BuiltinOptions.FullyConnectedOptions -> {
        flag(out, "keep_num_dims", t.i8(2, 0));
        flag(out, "asymmetric_inputs", t.i8(3, 0));
        activation(out, t, 0);
      }
      case BuiltinOptions.ConcatenationOptions -> {
        out.add("axis=" + t.i32(0, 0));
        activation(out, t, 1);
      }
      case BuiltinOptions.AddOptions,
          BuiltinOptions.SubOptions,
          BuiltinOptions.MulOptions,
          BuiltinOptions.DivOptions,
          BuiltinOptions.L2NormOptions ->
          activation(out, t, 0);
      case BuiltinOptions.ReshapeOptions -> out.add("shape=" + t.i32s(0));
      case BuiltinOptions.SqueezeOptions -> out.add("axes=" + t.i32s(0));
      case BuiltinOptions.ReducerOptions -> flag(out, "keep_dims", t.i8(0, 0));
      case BuiltinOptions.LeakyReluOptions -> out.add("alpha=" + t.f32(0));
      case BuiltinOptions.SoftmaxOptions -> out.add("beta=" + t.f32(0));
      default -> {
        // Printed by the operator's name alone.
      }
    }
    return out.toString();
  }

  private static void window(StringJoiner out, FlatTable t) {
    out.add(t.i8(0, 0) == Padding.SAME ? "SAME" : t.i8(0, 0) == Padding.VALID ? "VALID" : "pad?");
    pair(out, "stride", t.i32(2, 0), t.i32(1, 0), 1);
  }

  private static void pair(StringJoiner out, String name, int h, int w, int usual) {
    if (h != usual || w != usual) {
      out.add(name + "=" + h + "," + w);
    }
  }

  private static void flag(StringJoiner out, String name, byte value) {
    if (value != 0) {
      out.add(name);
    }
  }

  private static void activation(StringJoiner out, FlatTable t, int field) {
    int activation = t.i8(field, 0);
    if (activation != ActivationFunctionType.NONE) {
      out.add(
          activation > 0 && activation < ActivationFunctionType.names.length
              ? ActivationFunctionType.names[activation]
              : "activation" + activation);
    }
  }
}

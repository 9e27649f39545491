package io.facekit.core.tflite;

import java.util.Map;
import org.tensorflow.lite.schema.BuiltinOptions;

/** Reads every field of an operator's options, as a runtime's verifier does. */
final class OptionsFields {
  /** The kinds of the fields in the schema's order: byte, int, float, vector of ints. */
  private static final Map<Integer, String> FIELDS =
      Map.ofEntries(
          Map.entry((int) BuiltinOptions.Conv2DOptions, "biibiib"),
          Map.entry((int) BuiltinOptions.DepthwiseConv2DOptions, "biiibii"),
          Map.entry((int) BuiltinOptions.Pool2DOptions, "biiiib"),
          Map.entry((int) BuiltinOptions.FullyConnectedOptions, "bbbbb"),
          Map.entry((int) BuiltinOptions.BatchMatMulOptions, "bbb"),
          Map.entry((int) BuiltinOptions.ConcatenationOptions, "ib"),
          Map.entry((int) BuiltinOptions.AddOptions, "bb"),
          Map.entry((int) BuiltinOptions.SubOptions, "bb"),
          Map.entry((int) BuiltinOptions.MulOptions, "b"),
          Map.entry((int) BuiltinOptions.DivOptions, "b"),
          Map.entry((int) BuiltinOptions.L2NormOptions, "b"),
          Map.entry((int) BuiltinOptions.ReshapeOptions, "v"),
          Map.entry((int) BuiltinOptions.ReducerOptions, "b"),
          Map.entry((int) BuiltinOptions.LeakyReluOptions, "f"),
          Map.entry((int) BuiltinOptions.SoftmaxOptions, "f"),
          Map.entry((int) BuiltinOptions.GeluOptions, "b"),
          Map.entry((int) BuiltinOptions.CastOptions, "bb"),
          Map.entry((int) BuiltinOptions.GatherOptions, "ii"),
          Map.entry((int) BuiltinOptions.StridedSliceOptions, "iiiiib"),
          Map.entry((int) BuiltinOptions.ResizeBilinearOptions, "..bb"),
          Map.entry((int) BuiltinOptions.ResizeNearestNeighborOptions, "bb"),
          Map.entry((int) BuiltinOptions.MaximumMinimumOptions, ""),
          Map.entry((int) BuiltinOptions.PowOptions, ""),
          Map.entry((int) BuiltinOptions.PadOptions, ""),
          Map.entry((int) BuiltinOptions.PadV2Options, ""),
          Map.entry((int) BuiltinOptions.TransposeOptions, ""),
          Map.entry((int) BuiltinOptions.SliceOptions, ""),
          Map.entry((int) BuiltinOptions.TileOptions, ""),
          Map.entry((int) BuiltinOptions.AbsOptions, ""),
          Map.entry((int) BuiltinOptions.ExpOptions, ""),
          Map.entry((int) BuiltinOptions.NegOptions, ""),
          Map.entry((int) BuiltinOptions.HardSwishOptions, ""),
          Map.entry((int) BuiltinOptions.QuantizeOptions, ""),
          Map.entry((int) BuiltinOptions.DequantizeOptions, ""));

  private OptionsFields() {}

  /** Options of other types are not looked at. */
  static void check(int type, FlatTable options) {
    String kinds = FIELDS.get(type);
    if (kinds == null) {
      return;
    }
    options.only(kinds.length());
    for (int i = 0; i < kinds.length(); i++) {
      switch (kinds.charAt(i)) {
        case 'b' -> options.i8(i, 0);
        case 'i' -> options.i32(i, 0);
        case 'f' -> options.f32(i);
        case 'v' -> options.i32s(i);
        default -> {
          // A field of old, which runtimes skip.
        }
      }
    }
  }
}

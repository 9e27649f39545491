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
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.ResizeBilinearOptionsT;
import org.tensorflow.lite.schema.ResizeNearestNeighborOptionsT;

/** A map {@code [N, C, H, W]} in another height and width. */
public record Resize(Mode mode, int height, int width) implements Op {
  /** How an element finds its source. */
  public enum Mode {
    /** The element at {@code floor(i * in / out)}. */
    NEAREST,
    /** Between the four elements around; the maps' edges coincide. */
    LINEAR,
    /** Between the four elements around; the centres of the corner elements coincide. */
    LINEAR_ALIGN_CORNERS
  }

  /** The operator set from which on sizes can leave out the batch. */
  private static final int AXES_SINCE = 18;

  static final OpDef<Resize> DEF =
      OpDef.of(Resize.class)
          .fromAten(
              "aten::upsample_nearest2d(Tensor self, int[]? output_size, Any first=None, Any"
                  + " second=None)",
              call -> load(call, Mode.NEAREST, "first", "second"))
          .fromAten(
              "aten::upsample_bilinear2d(Tensor self, int[]? output_size, bool align_corners, Any"
                  + " first=None, Any second=None)",
              call ->
                  load(
                      call,
                      call.bool("align_corners") ? Mode.LINEAR_ALIGN_CORNERS : Mode.LINEAR,
                      "first",
                      "second"))
          .fromOnnx("Resize", OnnxResize::load)
          .fromOnnx("Upsample", OnnxResize::load)
          .fromText(
              t ->
                  new Resize(Mode.valueOf(t.text("mode")), t.integer("height"), t.integer("width")))
          .toOnnx(Resize::emitOnnx)
          .toTflite(Resize::emitTflite)
          .quantized(new QuantRule.SameScale());

  /** Sizes, or scales in one list or two arguments. */
  private static Value load(AtenCall call, Mode mode, String first, String second) {
    Value x = call.tensor("self");
    Shape shape = x.type().shape();
    if (shape.rank() != 4) {
      throw call.unsupported("resizing of " + shape);
    }
    boolean sized = !call.isNone("output_size");
    List<Double> scales =
        call.isNone(first)
            ? List.of()
            : call.isNumber(first)
                ? List.of(call.number(first), call.number(second))
                : call.numbers(first);
    if (!sized && scales.size() != 2) {
      throw call.unsupported("resizing without a size");
    }
    int height = sized ? call.ints("output_size", 2).get(0) : out(shape, 2, scales);
    int width = sized ? call.ints("output_size", 2).get(1) : out(shape, 3, scales);
    boolean exact =
        scales.isEmpty()
            || mode == Mode.LINEAR_ALIGN_CORNERS
            || (scales.get(0) * shape.size(2) == height && scales.get(1) * shape.size(3) == width);
    if (!exact) {
      throw call.unsupported("scales " + scales + " that do not divide " + shape);
    }
    return height == shape.size(2) && width == shape.size(3)
        ? x
        : call.node(new Resize(mode, height, width), List.of(x));
  }

  private static int out(Shape shape, int axis, List<Double> scales) {
    return (int) Math.floor(shape.size(axis) * scales.get(axis - 2));
  }

  private static void emitOnnx(Resize op, Node node, OnnxOut out) {
    OnnxAttributes attributes = OnnxAttributes.none();
    switch (op.mode) {
      case NEAREST ->
          attributes
              .text("coordinate_transformation_mode", "asymmetric")
              .text("mode", "nearest")
              .text("nearest_mode", "floor");
      case LINEAR ->
          attributes.text("coordinate_transformation_mode", "half_pixel").text("mode", "linear");
      case LINEAR_ALIGN_CORNERS ->
          attributes.text("coordinate_transformation_mode", "align_corners").text("mode", "linear");
    }
    if (out.opset() >= AXES_SINCE) {
      out.node(
          "Resize",
          List.of(
              out.input(0),
              "",
              "",
              out.constant("sizes", TensorData.of(new long[] {op.height, op.width}, 2))),
          attributes.integers("axes", List.of(2, 3)));
      return;
    }
    Shape x = node.input(0).type().shape();
    float[] scales = {1, 1, scale(x.size(2), op.height), scale(x.size(3), op.width)};
    String name = "scales_" + x.size(2) + "x" + x.size(3) + "_" + op.height + "x" + op.width;
    out.node(
        "Resize",
        List.of(out.input(0), "", out.sharedConstant(name, TensorData.of(scales, 4))),
        attributes);
  }

  /** The float that, multiplied by the input's size, rounds down to the output's. */
  static float scale(int in, int out) {
    float scale = (float) out / in;
    return (int) Math.floor(in * scale) == out ? scale : Math.nextUp(scale);
  }

  private static void emitTflite(Resize op, Node node, TfliteOut out) {
    int[] size = {op.height, op.width};
    List<Integer> inputs =
        List.of(
            out.activation(node.input(0)),
            out.sharedConstant("size_" + op.height + "_" + op.width, TensorData.of(size, 2)));
    if (op.mode == Mode.NEAREST) {
      out.operator(
          (byte) BuiltinOperator.RESIZE_NEAREST_NEIGHBOR,
          out.isInt8() ? 2 : 1,
          inputs,
          List.of(out.output()),
          Builtin.options(
              BuiltinOptions.ResizeNearestNeighborOptions, new ResizeNearestNeighborOptionsT()));
      return;
    }
    ResizeBilinearOptionsT t = new ResizeBilinearOptionsT();
    t.setAlignCorners(op.mode == Mode.LINEAR_ALIGN_CORNERS);
    t.setHalfPixelCenters(op.mode == Mode.LINEAR);
    out.operator(
        (byte) BuiltinOperator.RESIZE_BILINEAR,
        op.mode == Mode.LINEAR ? 3 : out.isInt8() ? 2 : 1,
        inputs,
        List.of(out.output()),
        Builtin.options(BuiltinOptions.ResizeBilinearOptions, t));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    require(
        x.rank() == 4 && height > 0 && width > 0,
        "resizing of " + x + " to " + height + "x" + width);
    return inputs.get(0).withShape(x.withDim(2, Dim.of(height)).withDim(3, Dim.of(width)));
  }
}

package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Imports Resize and its predecessor Upsample, in the forms in which every element has the same
 * source as in one of the modes of {@link Resize}.
 */
final class OnnxResize {
  /** The first operator set in which Resize tells how an element finds its source. */
  private static final int COORDINATES_SINCE = 11;

  private static final List<Integer> MAP = List.of(2, 3);

  private OnnxResize() {}

  static Value load(OnnxCall call) {
    Value x = call.tensor(0);
    Shape shape = x.type().shape();
    if (shape.rank() != 4 || (call.type().equals("Upsample") && call.opset() > 9)) {
      throw call.unsupported("resizing of " + shape);
    }
    List<Integer> axes =
        OnnxForm.ordered(call, call.integers("axes").orElse(List.of(0, 1, 2, 3)), 4);
    boolean sized = call.opset() >= COORDINATES_SINCE && call.has(3);
    List<Integer> out = sized ? sized(call, shape, axes) : scaled(call, shape, axes);
    Resize.Mode mode = mode(call, shape, out);
    if (!sized && !isNearestRatio(call, shape, axes, out)) {
      throw call.unsupported("scales that do not fit " + shape);
    }
    return out.equals(List.of(shape.size(2), shape.size(3)))
        ? x
        : call.node(new Resize(mode, out.get(0), out.get(1)), List.of(x));
  }

  /** Height and width from sizes. */
  private static List<Integer> sized(OnnxCall call, Shape shape, List<Integer> axes) {
    List<Optional<Dim>> sizes = call.sizes(3);
    if (sizes.size() != axes.size()
        || !call.text("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
      throw call.unsupported("sizes " + sizes + " of axes " + axes);
    }
    List<Integer> out = new ArrayList<>(List.of(shape.size(2), shape.size(3)));
    for (int i = 0; i < axes.size(); i++) {
      Dim from = shape.dim(axes.get(i));
      Dim to = sizes.get(i).orElseThrow(() -> call.unsupported("an open size"));
      boolean baked = from.symbolic() && to.equals(Dim.of(call.tracedBatch()));
      if (baked) {
        call.note("the batch size " + call.tracedBatch() + " was fixed here; it is free now");
      } else if (axes.get(i) >= 2 && !to.symbolic() && to.factor() > 0) {
        out.set(axes.get(i) - 2, to.size());
      } else if (!to.equals(from)) {
        throw call.unsupported("resizing of axis " + axes.get(i) + " to " + to);
      }
    }
    return out;
  }

  /** Height and width from scales. */
  private static List<Integer> scaled(OnnxCall call, Shape shape, List<Integer> axes) {
    float[] scales = scales(call);
    if (scales.length != axes.size()) {
      throw call.unsupported(scales.length + " scales of axes " + axes);
    }
    List<Integer> out = new ArrayList<>(List.of(shape.size(2), shape.size(3)));
    for (int i = 0; i < scales.length; i++) {
      int axis = axes.get(i);
      if (axis >= 2) {
        out.set(axis - 2, (int) Math.floor(scales[i] * shape.size(axis)));
      } else if (scales[i] != 1) {
        throw call.unsupported("resizing of axis " + axis);
      }
    }
    if (!(out.get(0) > 0 && out.get(1) > 0)) {
      throw call.unsupported("resizing of " + shape + " to " + out);
    }
    return out;
  }

  private static float[] scales(OnnxCall call) {
    return call.contents(call.opset() < COORDINATES_SINCE ? 1 : 2)
        .map(TensorData::toFloats)
        .orElseThrow(() -> call.unsupported("scales that are computed"));
  }

  /** Whether each scale is the float nearest to the ratio of the sizes, which Resize goes by. */
  private static boolean isNearestRatio(
      OnnxCall call, Shape shape, List<Integer> axes, List<Integer> out) {
    float[] scales = scales(call);
    return IntStream.range(0, scales.length)
        .filter(i -> axes.get(i) >= 2)
        .allMatch(
            i -> scales[i] == Resize.scale(shape.size(axes.get(i)), out.get(axes.get(i) - 2)));
  }

  private static Resize.Mode mode(OnnxCall call, Shape shape, List<Integer> out) {
    String mode = call.text("mode", "nearest");
    boolean told = call.opset() >= COORDINATES_SINCE;
    String coordinates =
        told ? call.text("coordinate_transformation_mode", "half_pixel") : "asymmetric";
    String nearest = told ? call.text("nearest_mode", "round_prefer_floor") : "floor";
    Optional<Resize.Mode> found =
        call.integer("antialias", 0) != 0 || call.integer("exclude_outside", 0) != 0
            ? Optional.empty()
            : switch (mode) {
              case "nearest" -> nearest(told, coordinates, nearest, shape, out);
              case "linear" -> linear(coordinates, shape, out);
              default -> Optional.empty();
            };
    return found.orElseThrow(
        () -> call.unsupported("mode " + mode + " of " + coordinates + " by " + nearest));
  }

  /**
   * Between centres, an element of a map that grows by a whole factor is nearest to the element
   * that it lies in. Before the rounding was told, it was told of growing maps only.
   */
  private static Optional<Resize.Mode> nearest(
      boolean told, String coordinates, String nearest, Shape shape, List<Integer> out) {
    boolean floor = coordinates.equals("asymmetric") && nearest.equals("floor");
    boolean grows = MAP.stream().allMatch(a -> out.get(a - 2) >= shape.size(a));
    boolean centred =
        (coordinates.equals("half_pixel") || coordinates.equals("pytorch_half_pixel"))
            && (nearest.equals("round_prefer_floor") || nearest.equals("round_prefer_ceil"));
    boolean whole = MAP.stream().allMatch(a -> out.get(a - 2) % shape.size(a) == 0);
    return (floor && (told || grows)) || (centred && whole)
        ? Optional.of(Resize.Mode.NEAREST)
        : Optional.empty();
  }

  /** To a single row or column, {@code pytorch_half_pixel} takes the first one, not the middle. */
  private static Optional<Resize.Mode> linear(String coordinates, Shape shape, List<Integer> out) {
    boolean centred = MAP.stream().allMatch(a -> out.get(a - 2) > 1 || shape.size(a) == 1);
    return switch (coordinates) {
      case "align_corners" -> Optional.of(Resize.Mode.LINEAR_ALIGN_CORNERS);
      case "half_pixel" -> Optional.of(Resize.Mode.LINEAR);
      case "pytorch_half_pixel" -> centred ? Optional.of(Resize.Mode.LINEAR) : Optional.empty();
      default -> Optional.empty();
    };
  }
}

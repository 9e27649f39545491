package io.facekit.core.op;

import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** Where the axes of a value are in TFLite: a value of rank 4 is NHWC, all others stay. */
public final class Layout {
  private static final List<Integer> NHWC = List.of(0, 2, 3, 1);

  private Layout() {}

  /** TFLite's axis {@code i} is axis {@code order(rank).get(i)} of the graph. */
  public static List<Integer> order(int rank) {
    return rank == 4 ? NHWC : plain(rank);
  }

  /** The axes as they are. */
  static List<Integer> plain(int rank) {
    return IntStream.range(0, rank).boxed().toList();
  }

  /** TFLite's axis for an axis of the graph. */
  static int axis(int axis, int rank) {
    return order(rank).indexOf(axis);
  }

  /** A shape as TFLite has it. */
  public static Shape shape(Shape shape) {
    return permuted(shape, order(shape.rank()));
  }

  /** Axis {@code i} of the result is axis {@code axes.get(i)}. */
  static Shape permuted(Shape shape, List<Integer> axes) {
    return new Shape(axes.stream().map(shape::dim).toList());
  }

  /**
   * Whether a transpose changes the order of the elements, not just the place of axes of size 1.
   */
  static boolean moves(Shape shape, List<Integer> axes) {
    List<Integer> wide = axes.stream().filter(a -> !shape.dim(a).equals(Dim.of(1))).toList();
    return IntStream.range(1, wide.size()).anyMatch(i -> wide.get(i - 1) > wide.get(i));
  }

  /** A value for every axis, in TFLite's order. */
  static int[] values(List<Integer> perAxis) {
    return order(perAxis.size()).stream().mapToInt(perAxis::get).toArray();
  }
}

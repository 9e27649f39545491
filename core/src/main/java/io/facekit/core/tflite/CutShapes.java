package io.facekit.core.tflite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The shapes of operators that leave something out: slices, picks and reductions. */
final class CutShapes {
  private static final int MAX_RANK = 5;
  private static final int MAX_INDICES = 1 << 16;

  private CutShapes() {}

  static List<Integer> slice(StepView s) {
    List<Integer> x = s.shapeUpTo(0, MAX_RANK);
    List<Integer> begin = numbers(s, 1, x);
    List<Integer> size = numbers(s, 2, x);
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      long from = begin.get(i);
      long length = size.get(i) == -1 ? x.get(i) - from : size.get(i);
      if (from < 0 || length < 1 || from + length > x.get(i)) {
        throw s.refuse("no slice of " + x + " begins at " + begin + " with size " + size);
      }
      out.add((int) length);
    }
    return out;
  }

  static List<Integer> stridedSlice(StepView s) {
    List<Integer> x = s.shapeUpTo(0, MAX_RANK);
    List<Integer> begin = numbers(s, 1, x);
    List<Integer> end = numbers(s, 2, x);
    List<Integer> strides = numbers(s, 3, x);
    if (s.int32(2, 0) != 0 || s.int32(3, 0) != 0 || s.int32(4, 0) != 0 || s.int8(5) != 0) {
      throw s.refuse("a slice with ellipsis, new, lost or relative axes is not supported");
    }
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      int size = x.get(i);
      long from = (s.int32(0, 0) >> i & 1) != 0 ? 0 : place(begin.get(i), size);
      long to = (s.int32(1, 0) >> i & 1) != 0 ? size : place(end.get(i), size);
      long stride = strides.get(i);
      if (stride < 1 || to <= from) {
        throw s.refuse("no slice of " + x + " is " + begin + " to " + end + " by " + strides);
      }
      out.add((int) ((to - from - 1) / stride + 1));
    }
    return out;
  }

  private static long place(int value, int size) {
    return Math.max(0, Math.min(size, value < 0 ? (long) value + size : value));
  }

  private static List<Integer> numbers(StepView s, int input, List<Integer> x) {
    List<Integer> list = s.list(input, MAX_RANK);
    if (list.size() != x.size()) {
      throw s.refuse("input " + input + " has " + list.size() + " numbers for " + x);
    }
    return list;
  }

  static List<Integer> gather(StepView s) {
    List<Integer> x = s.shapeUpTo(0, MAX_RANK);
    int axis = s.axis(s.int32(0, 0), x.size());
    List<Integer> indices = s.list(1, MAX_INDICES);
    if (s.int32(1, 0) != 0) {
      throw s.refuse("a gather with batch dimensions is not supported");
    }
    if (indices.stream().anyMatch(i -> i < 0 || i >= x.get(axis))) {
      throw s.refuse("an index lies outside of the " + x.get(axis) + " slices");
    }
    List<Integer> out = new ArrayList<>(x);
    out.set(axis, indices.size());
    return out;
  }

  static List<Integer> reduced(StepView s) {
    List<Integer> x = s.shapeUpTo(0, MAX_RANK);
    Set<Integer> axes = new HashSet<>();
    if (s.shape(1).size() > 1) {
      throw s.refuse("the axes have rank " + s.shape(1).size());
    }
    s.ints(1, MAX_RANK).forEach(a -> axes.add(s.axis(a, x.size())));
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      if (!axes.contains(i)) {
        out.add(x.get(i));
      } else if (s.int8(0) != 0) {
        out.add(1);
      }
    }
    return out;
  }
}

package io.facekit.core.tflite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.tensorflow.lite.schema.TensorType;

/** The shapes of operators that put the same numbers elsewhere. */
final class MovingShapes {
  private static final int MAX_RESHAPED_RANK = 8;
  private static final int MAX_TRANSPOSED_RANK = 6;
  private static final int MAX_RANK = 5;
  private static final int MAX_PADDING = 1 << 16;

  private MovingShapes() {}

  static List<Integer> reshape(StepView s) {
    List<Integer> x = s.shapeUpTo(0, MAX_RESHAPED_RANK);
    List<Integer> wanted = s.list(1, MAX_RESHAPED_RANK);
    if (s.hasOptions() && s.int32s(0).size() > MAX_RESHAPED_RANK) {
      throw s.refuse("the new shape in the options has rank " + s.int32s(0).size());
    }
    long known = 1;
    int free = -1;
    for (int i = 0; i < wanted.size(); i++) {
      int size = wanted.get(i);
      if (size == -1 && free < 0) {
        free = i;
      } else if (size < 1) {
        throw s.refuse("the new shape is " + wanted);
      } else {
        known = Math.min(known * size, Integer.MAX_VALUE);
      }
    }
    long elements = TfliteTypes.elements(x);
    if (free < 0 ? known != elements : elements % known != 0) {
      throw s.refuse(x + " cannot become " + wanted);
    }
    List<Integer> out = new ArrayList<>(wanted);
    if (free >= 0) {
      out.set(free, (int) (elements / known));
    }
    return out;
  }

  static List<Integer> transpose(StepView s) {
    List<Integer> x = s.shapeUpTo(0, MAX_TRANSPOSED_RANK);
    List<Integer> order = s.list(1, MAX_TRANSPOSED_RANK);
    if (order.size() != x.size()
        || new HashSet<>(order).size() != x.size()
        || order.stream().anyMatch(a -> a < 0 || a >= x.size())) {
      throw s.refuse("the order " + order + " is none of " + x.size() + " axes");
    }
    return order.stream().map(x::get).toList();
  }

  /** PAD, and PADV2 with its number as third input. */
  static List<Integer> pad(StepView s) {
    List<Integer> x = s.shapeUpTo(0, MAX_RANK);
    List<Integer> amounts = s.ints(1, 2 * MAX_RANK);
    if (!s.shape(1).equals(List.of(x.size(), 2))
        || amounts.stream().anyMatch(n -> n < 0 || n > MAX_PADDING)) {
      throw s.refuse("paddings " + amounts + " of " + s.shape(1) + " do not fit " + x);
    }
    if (s.inputs() > 2 && (TfliteTypes.elements(s.shape(2)) != 1 || !s.isFixed(2))) {
      throw s.refuse("the padding's value is not one number");
    }
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      out.add(added(s, x.get(i), amounts.get(2 * i) + amounts.get(2 * i + 1)));
    }
    return out;
  }

  static List<Integer> tile(StepView s) {
    List<Integer> x = s.shapeUpTo(0, MAX_RANK);
    List<Integer> repeats = s.list(1, MAX_RANK);
    if (repeats.size() != x.size() || repeats.stream().anyMatch(n -> n < 1)) {
      throw s.refuse("repeats " + repeats + " do not fit " + x);
    }
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      out.add(size(s, (long) x.get(i) * repeats.get(i)));
    }
    return out;
  }

  static List<Integer> concatenation(StepView s) {
    List<Integer> out = new ArrayList<>(s.shapeUpTo(0, MAX_TRANSPOSED_RANK));
    int axis = s.axis(s.int32(0, 0), out.size());
    if (s.int8(1) != 0) {
      throw s.refuse("an activation cannot be fused");
    }
    for (int i = 1; i < s.inputs(); i++) {
      List<Integer> x = new ArrayList<>(s.shape(i, out.size()));
      int sum = added(s, out.get(axis), x.get(axis));
      x.set(axis, out.get(axis));
      if (!x.equals(out)) {
        throw s.refuse("shapes " + s.shape(0) + " and " + s.shape(i) + " do not fit each other");
      }
      out.set(axis, sum);
    }
    return out;
  }

  private static int added(StepView s, int a, int b) {
    return size(s, (long) a + b);
  }

  private static int size(StepView s, long size) {
    if (size > Integer.MAX_VALUE) {
      throw s.refuse("a dimension of " + size + " is too large");
    }
    return (int) size;
  }

  /** The element types that all of these operators move. */
  static boolean canMove(int type) {
    return switch (type) {
      case TensorType.FLOAT32,
          TensorType.INT8,
          TensorType.UINT8,
          TensorType.INT32,
          TensorType.INT64 ->
          true;
      default -> false;
    };
  }
}

package io.facekit.core.tflite;

import java.util.ArrayList;
import java.util.List;

/** The shapes that arithmetic gives: element by element, and products of matrices. */
final class ProductShapes {
  private static final int MAX_RANK = 6;
  private static final int MAX_BROADCAST_RANK = 4;

  private ProductShapes() {}

  static List<Integer> same(StepView s) {
    if (s.shape(0).size() > MAX_RANK) {
      throw s.refuse("rank " + s.shape(0).size() + " is not supported");
    }
    return s.shape(0);
  }

  static List<Integer> normalized(StepView s) {
    if (s.int8(0) != 0) {
      throw s.refuse("an activation cannot be fused");
    }
    return s.shapeUpTo(0, MAX_BROADCAST_RANK);
  }

  /** ADD, SUB, MUL, DIV with an activation in field 0; the others have no options. */
  static List<Integer> broadcast(StepView s) {
    WindowShapes.activation(s, 0);
    return broadcast(s, s.shape(0), s.shape(1));
  }

  static List<Integer> prelu(StepView s) {
    List<Integer> x = s.shape(0);
    if (!broadcast(s, x, s.shape(1)).equals(x)) {
      throw s.refuse("a slope of " + s.shape(1) + " does not fit an input of " + x);
    }
    return x;
  }

  private static List<Integer> broadcast(StepView s, List<Integer> a, List<Integer> b) {
    int rank = Math.max(a.size(), b.size());
    if (rank > (a.equals(b) ? MAX_RANK : MAX_BROADCAST_RANK)) {
      throw s.refuse("rank " + rank + " is not supported");
    }
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      int left = fromBack(a, rank - i);
      int right = fromBack(b, rank - i);
      if (left != right && left != 1 && right != 1) {
        throw s.refuse("shapes " + a + " and " + b + " do not fit each other");
      }
      out.add(Math.max(left, right));
    }
    return out;
  }

  private static int fromBack(List<Integer> shape, int place) {
    return place > shape.size() ? 1 : shape.get(shape.size() - place);
  }

  static List<Integer> fullyConnected(StepView s) {
    List<Integer> x = s.shapeUpTo(0, MAX_RANK);
    List<Integer> w = s.shape(1, 2);
    int in = w.get(1);
    int out = w.get(0);
    if (s.int8(1) != 0) {
      throw s.refuse("shuffled weights are not supported");
    }
    WindowShapes.bias(s, out);
    WindowShapes.activation(s, 0);
    if (s.int8(2) != 0) {
      if (x.get(x.size() - 1) != in) {
        throw s.refuse("weights of " + w + " do not fit an input of " + x);
      }
      List<Integer> shape = new ArrayList<>(x);
      shape.set(x.size() - 1, out);
      return shape;
    }
    long elements = TfliteTypes.elements(x);
    if (elements % in != 0 || elements / in > Integer.MAX_VALUE) {
      throw s.refuse("weights of " + w + " do not fit an input of " + x);
    }
    return List.of((int) (elements / in), out);
  }

  static List<Integer> batchMatMul(StepView s) {
    List<Integer> x = s.shapeUpTo(0, MAX_BROADCAST_RANK + 1);
    List<Integer> y = s.shapeUpTo(1, MAX_BROADCAST_RANK + 1);
    if (x.size() < 2 || y.size() < 2) {
      throw s.refuse("a product of " + x + " and " + y + " is none of matrices");
    }
    boolean turnX = s.int8(0) != 0;
    boolean turnY = s.int8(1) != 0;
    int inner = x.get(x.size() - (turnX ? 2 : 1));
    if (inner != y.get(y.size() - (turnY ? 1 : 2))) {
      throw s.refuse("shapes " + x + " and " + y + " do not fit each other");
    }
    List<Integer> out =
        new ArrayList<>(broadcast(s, x.subList(0, x.size() - 2), y.subList(0, y.size() - 2)));
    out.add(x.get(x.size() - (turnX ? 1 : 2)));
    out.add(y.get(y.size() - (turnY ? 2 : 1)));
    return out;
  }
}

package io.facekit.runtime.lanes;

import io.facekit.core.ir.Op;
import io.facekit.core.op.Abs;
import io.facekit.core.op.Concat;
import io.facekit.core.op.Elu;
import io.facekit.core.op.Erf;
import io.facekit.core.op.Exp;
import io.facekit.core.op.Gather;
import io.facekit.core.op.Gelu;
import io.facekit.core.op.HardSigmoid;
import io.facekit.core.op.HardSwish;
import io.facekit.core.op.MatMul;
import io.facekit.core.op.Max;
import io.facekit.core.op.MaxPool;
import io.facekit.core.op.Min;
import io.facekit.core.op.Neg;
import io.facekit.core.op.Pad;
import io.facekit.core.op.Pow;
import io.facekit.core.op.ReduceMax;
import io.facekit.core.op.ReduceMean;
import io.facekit.core.op.ReduceSum;
import io.facekit.core.op.Resize;
import io.facekit.core.op.Sigmoid;
import io.facekit.core.op.Slice;
import io.facekit.core.op.Softmax;
import io.facekit.core.op.Sqrt;
import io.facekit.core.op.Tanh;
import io.facekit.core.op.Tile;
import io.facekit.core.op.Transpose;
import io.facekit.core.op.Unary;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/** What {@link Reference} computes of ops that move, select, reduce or bend numbers. */
final class MoreReference {
  private MoreReference() {}

  static Array apply(Op op, List<Array> in, int[] shape) {
    Array x = in.get(0);
    if (op instanceof Unary u) {
      Array out = Array.zeros(shape);
      Arrays.setAll(out.values, i -> unary(u, x.values[i]));
      return out;
    } else if (op instanceof Max) {
      return Elementwise.broadcast(x, in.get(1), Math::max);
    } else if (op instanceof Min) {
      return Elementwise.broadcast(x, in.get(1), Math::min);
    } else if (op instanceof Pow) {
      return Elementwise.broadcast(x, in.get(1), Math::pow);
    } else if (op instanceof ReduceMean r) {
      Array sum = reduced(x, r.axes(), shape, 0, Double::sum);
      int count = x.values.length / sum.values.length;
      return mapped(shape, at -> sum.values[index(shape, at)] / count);
    } else if (op instanceof ReduceSum r) {
      return reduced(x, r.axes(), shape, 0, Double::sum);
    } else if (op instanceof ReduceMax r) {
      return reduced(x, r.axes(), shape, Double.NEGATIVE_INFINITY, Math::max);
    } else if (op instanceof Softmax s) {
      return softmax(x, s.axis());
    } else if (op instanceof MatMul) {
      return product(x, in.get(1), shape);
    } else if (op instanceof Concat c) {
      return concat(in, c.axis(), shape);
    } else if (op instanceof MaxPool p) {
      return mapped(shape, at -> windowMaximum(p, x, at));
    } else if (op instanceof Resize r) {
      return mapped(shape, at -> resized(r, x, at));
    }
    return mapped(shape, at -> moved(op, x, at));
  }

  private static double unary(Unary op, double v) {
    if (op instanceof Abs) {
      return Math.abs(v);
    } else if (op instanceof Elu e) {
      return v > 0 ? v : e.alpha() * Math.expm1(v);
    } else if (op instanceof Erf) {
      return erf(v);
    } else if (op instanceof Exp) {
      return Math.exp(v);
    } else if (op instanceof Gelu g) {
      return g.approximate()
          ? v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)))
          : v / 2 * (1 + erf(v / Math.sqrt(2)));
    } else if (op instanceof HardSigmoid) {
      return Math.min(Math.max(v + 3, 0), 6) / 6;
    } else if (op instanceof HardSwish) {
      return v * Math.min(Math.max(v + 3, 0), 6) / 6;
    } else if (op instanceof Neg) {
      return -v;
    } else if (op instanceof Sigmoid) {
      return 1 / (1 + Math.exp(-v));
    } else if (op instanceof Sqrt) {
      return Math.sqrt(v);
    } else if (op instanceof Tanh) {
      return Math.tanh(v);
    }
    throw new IllegalArgumentException("no reference for " + op.type());
  }

  /** The series around 0: exact for the small numbers of tests. */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 80; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return sum * 2 / Math.sqrt(Math.PI);
  }

  private static Array mapped(int[] shape, ToDoubleFunction<int[]> f) {
    Array out = Array.zeros(shape);
    for (int i = 0; i < out.values.length; i++) {
      out.values[i] = f.applyAsDouble(place(shape, i));
    }
    return out;
  }

  private static int[] place(int[] shape, int index) {
    int[] at = new int[shape.length];
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = index % shape[axis];
      index /= shape[axis];
    }
    return at;
  }

  private static int index(int[] shape, int[] at) {
    int index = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      index = index * shape[axis] + at[axis];
    }
    return index;
  }

  private static double moved(Op op, Array x, int[] at) {
    int[] from = at.clone();
    if (op instanceof Slice s) {
      from[s.axis()] = s.start() + at[s.axis()] * s.step();
    } else if (op instanceof Gather g) {
      from[g.axis()] = g.indices().get(at[g.axis()]);
    } else if (op instanceof Transpose t) {
      for (int i = 0; i < at.length; i++) {
        from[t.perm().get(i)] = at[i];
      }
    } else if (op instanceof Tile) {
      for (int i = 0; i < at.length; i++) {
        from[i] = at[i] % x.size(i);
      }
    } else if (op instanceof Pad p) {
      for (int i = 0; i < at.length; i++) {
        from[i] = at[i] - p.pads().get(i);
        if (from[i] < 0 || from[i] >= x.size(i)) {
          return p.value();
        }
      }
    } else {
      throw new IllegalArgumentException("no reference for " + op.type());
    }
    return x.values[index(x.shape, from)];
  }

  private static Array reduced(
      Array x, List<Integer> axes, int[] shape, double start, DoubleBinaryOperator f) {
    Array out = Array.zeros(shape);
    Arrays.fill(out.values, start);
    for (int i = 0; i < x.values.length; i++) {
      int[] at = place(x.shape, i);
      axes.forEach(a -> at[a] = 0);
      int to = index(shape, at);
      out.values[to] = f.applyAsDouble(out.values[to], x.values[i]);
    }
    return out;
  }

  private static Array softmax(Array x, int axis) {
    int[] narrow = x.shape.clone();
    narrow[axis] = 1;
    Array powers = mapped(x.shape, at -> Math.exp(x.values[index(x.shape, at)]));
    Array sums = reduced(powers, List.of(axis), narrow, 0, Double::sum);
    return Elementwise.broadcast(powers, sums, (a, b) -> a / b);
  }

  private static Array product(Array a, Array b, int[] shape) {
    int rank = shape.length;
    return mapped(
        shape,
        at -> {
          double sum = 0;
          for (int k = 0; k < a.size(a.shape.length - 1); k++) {
            sum += element(a, at, at[rank - 2], k, rank) * element(b, at, k, at[rank - 1], rank);
          }
          return sum;
        });
  }

  private static double element(Array x, int[] at, int row, int column, int rank) {
    int own = x.shape.length;
    int[] from = new int[own];
    for (int i = 0; i < own - 2; i++) {
      from[i] = x.size(i) == 1 ? 0 : at[i + rank - own];
    }
    from[own - 2] = row;
    from[own - 1] = column;
    return x.values[index(x.shape, from)];
  }

  private static Array concat(List<Array> in, int axis, int[] shape) {
    return mapped(
        shape,
        at -> {
          int[] from = at.clone();
          for (Array x : in) {
            if (from[axis] < x.size(axis)) {
              return x.values[index(x.shape, from)];
            }
            from[axis] -= x.size(axis);
          }
          throw new IllegalStateException();
        });
  }

  private static double windowMaximum(MaxPool p, Array x, int[] at) {
    double max = Double.NEGATIVE_INFINITY;
    for (int kh = 0; kh < p.kernel().get(0); kh++) {
      for (int kw = 0; kw < p.kernel().get(1); kw++) {
        int h = at[2] * p.strides().get(0) - p.pads().get(0) + kh * p.dilations().get(0);
        int w = at[3] * p.strides().get(1) - p.pads().get(1) + kw * p.dilations().get(1);
        if (h >= 0 && h < x.size(2) && w >= 0 && w < x.size(3)) {
          max = Math.max(max, x.at(at[0], at[1], h, w));
        }
      }
    }
    return max;
  }

  private static double resized(Resize op, Array x, int[] at) {
    if (op.mode() == Resize.Mode.NEAREST) {
      int h = at[2] * x.size(2) / op.height();
      return x.at(at[0], at[1], h, at[3] * x.size(3) / op.width());
    }
    double h = source(op, at[2], x.size(2), op.height());
    double w = source(op, at[3], x.size(3), op.width());
    int top = (int) h;
    int left = (int) w;
    int bottom = Math.min(top + 1, x.size(2) - 1);
    int right = Math.min(left + 1, x.size(3) - 1);
    double dh = h - top;
    double dw = w - left;
    return (1 - dh) * (1 - dw) * x.at(at[0], at[1], top, left)
        + (1 - dh) * dw * x.at(at[0], at[1], top, right)
        + dh * (1 - dw) * x.at(at[0], at[1], bottom, left)
        + dh * dw * x.at(at[0], at[1], bottom, right);
  }

  private static double source(Resize op, int at, int in, int out) {
    if (op.mode() == Resize.Mode.LINEAR_ALIGN_CORNERS) {
      return out == 1 ? 0 : (double) at * (in - 1) / (out - 1);
    }
    return Math.max(0, (at + 0.5) * in / out - 0.5);
  }
}

package io.facekit.runtime.lanes;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Activation;
import io.facekit.core.op.Add;
import io.facekit.core.op.AveragePool;
import io.facekit.core.op.BatchNormalization;
import io.facekit.core.op.Cast;
import io.facekit.core.op.Clip;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Div;
import io.facekit.core.op.Flatten;
import io.facekit.core.op.Gemm;
import io.facekit.core.op.LeakyRelu;
import io.facekit.core.op.LpNormalization;
import io.facekit.core.op.Mul;
import io.facekit.core.op.PRelu;
import io.facekit.core.op.ReduceL2;
import io.facekit.core.op.Relu;
import io.facekit.core.op.Reshape;
import io.facekit.core.op.Sub;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;

/** Computes a graph in double arithmetic, straight from the definition of each op. */
final class Reference {
  private Reference() {}

  /** All values of a graph with one input, by name. */
  static Map<String, Array> values(Graph graph, Array input) {
    Map<String, Array> values = new LinkedHashMap<>();
    values.put(graph.inputs().get(0).name(), input);
    for (Node n : graph.nodes()) {
      List<Array> in = new ArrayList<>();
      for (Value v : n.inputs()) {
        in.add(v.isConstant() ? Array.of(v.data()) : Objects.requireNonNull(values.get(v.name())));
      }
      int batch = input.size(0);
      values.put(n.name(), apply(n.op(), in, Array.sizes(n.output().type().shape(), batch)));
    }
    return values;
  }

  /** The first output. */
  static Array output(Graph graph, Array input) {
    return Objects.requireNonNull(values(graph, input).get(graph.outputs().get(0).name()));
  }

  private static Array apply(Op op, List<Array> in, int[] shape) {
    Array x = in.get(0);
    if (op instanceof Add) {
      return Elementwise.broadcast(x, in.get(1), (a, b) -> a + b);
    } else if (op instanceof Sub) {
      return Elementwise.broadcast(x, in.get(1), (a, b) -> a - b);
    } else if (op instanceof Mul) {
      return Elementwise.broadcast(x, in.get(1), (a, b) -> a * b);
    } else if (op instanceof Div) {
      return Elementwise.broadcast(x, in.get(1), (a, b) -> a / b);
    } else if (op instanceof Relu) {
      return map(x, v -> Math.max(v, 0));
    } else if (op instanceof Clip c) {
      return map(x, v -> Math.min(Math.max(v, c.min()), c.max()));
    } else if (op instanceof LeakyRelu l) {
      return map(x, v -> v > 0 ? v : l.alpha() * v);
    } else if (op instanceof PRelu) {
      Array slope = in.get(1);
      return Elementwise.perChannel(x, (c, v) -> v > 0 ? v : slope.values[c] * v);
    } else if (op instanceof BatchNormalization bn) {
      return Elementwise.perChannel(
          x,
          (c, v) ->
              (v - in.get(3).values[c])
                      / Math.sqrt(in.get(4).values[c] + bn.epsilon())
                      * in.get(1).values[c]
                  + in.get(2).values[c]);
    } else if (op instanceof Cast) {
      return x;
    } else if (op instanceof Flatten || op instanceof Reshape) {
      return x.reshaped(shape);
    } else if (op instanceof AveragePool p) {
      return averagePool(p, x, shape);
    } else if (op instanceof Conv c) {
      return activated(c.activation(), convolution(c, in, shape));
    } else if (op instanceof Gemm g) {
      return activated(g.activation(), product(in, shape));
    } else if (op instanceof ReduceL2 r) {
      return norm(x, r.axis(), shape);
    } else if (op instanceof LpNormalization) {
      Array norm = norm(x, 1, new int[] {x.size(0), 1});
      return Elementwise.broadcast(x, norm, (a, b) -> a / b);
    }
    return MoreReference.apply(op, in, shape);
  }

  private static Array map(Array x, DoubleUnaryOperator f) {
    return Elementwise.perChannel(x, (c, v) -> f.applyAsDouble(v));
  }

  private static Array activated(Activation activation, Array x) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> map(x, v -> Math.max(v, 0));
      case RELU6 -> map(x, v -> Math.min(Math.max(v, 0), 6));
    };
  }

  private static Array convolution(Conv op, List<Array> in, int[] shape) {
    Array x = in.get(0);
    Array w = in.get(1);
    Array out = Array.zeros(shape);
    int perGroup = shape[1] / op.groups();
    int i = 0;
    for (int n = 0; n < shape[0]; n++) {
      for (int m = 0; m < shape[1]; m++) {
        int first = m / perGroup * w.size(1);
        for (int oh = 0; oh < shape[2]; oh++) {
          for (int ow = 0; ow < shape[3]; ow++) {
            int top = oh * op.strides().get(0) - op.pads().get(0);
            int left = ow * op.strides().get(1) - op.pads().get(1);
            double sum = in.size() > 2 ? in.get(2).values[m] : 0;
            for (int c = 0; c < w.size(1); c++) {
              for (int kh = 0; kh < w.size(2); kh++) {
                for (int kw = 0; kw < w.size(3); kw++) {
                  int h = top + kh * op.dilations().get(0);
                  int v = left + kw * op.dilations().get(1);
                  if (h >= 0 && h < x.size(2) && v >= 0 && v < x.size(3)) {
                    sum += w.at(m, c, kh, kw) * x.at(n, first + c, h, v);
                  }
                }
              }
            }
            out.values[i++] = sum;
          }
        }
      }
    }
    return out;
  }

  private static Array averagePool(AveragePool op, Array x, int[] shape) {
    Array out = Array.zeros(shape);
    int kh = op.kernel().get(0);
    int kw = op.kernel().get(1);
    int i = 0;
    for (int n = 0; n < shape[0]; n++) {
      for (int c = 0; c < shape[1]; c++) {
        for (int oh = 0; oh < shape[2]; oh++) {
          for (int ow = 0; ow < shape[3]; ow++) {
            double sum = 0;
            for (int k = 0; k < kh * kw; k++) {
              int h = oh * op.strides().get(0) + k / kw;
              sum += x.at(n, c, h, ow * op.strides().get(1) + k % kw);
            }
            out.values[i++] = sum / (kh * kw);
          }
        }
      }
    }
    return out;
  }

  private static Array product(List<Array> in, int[] shape) {
    Array x = in.get(0);
    Array w = in.get(1);
    Array out = Array.zeros(shape);
    int columns = x.size(1);
    for (int n = 0; n < shape[0]; n++) {
      for (int m = 0; m < shape[1]; m++) {
        double sum = in.size() > 2 ? in.get(2).values[m] : 0;
        for (int k = 0; k < columns; k++) {
          sum += w.values[m * columns + k] * x.values[n * columns + k];
        }
        out.values[n * shape[1] + m] = sum;
      }
    }
    return out;
  }

  private static Array norm(Array x, int axis, int[] shape) {
    Array out = Array.zeros(shape);
    int inner = 1;
    for (int i = axis + 1; i < x.shape.length; i++) {
      inner *= x.size(i);
    }
    int outer = x.size(axis) * inner;
    for (int i = 0; i < x.values.length; i++) {
      out.values[i / outer * inner + i % inner] += x.values[i] * x.values[i];
    }
    for (int i = 0; i < out.values.length; i++) {
      out.values[i] = Math.sqrt(out.values[i]);
    }
    return out;
  }
}

package io.facekit.quantize.correct;

import io.facekit.core.ir.Node;
import io.facekit.core.op.Activation;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Gemm;
import io.facekit.core.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Mean and second moments of what each row of a weight is multiplied with: the patches of a Conv's
 * input, the input of a Gemm. Memory depends on the weight alone. Of large maps some positions are
 * looked at, other ones in every image.
 */
final class InputMoments {
  /** Rows with more weights are not looked at: their moments would not fit into memory. */
  static final int MAX_WIDTH = 1152;

  private static final double LEAST_SHRINKAGE = 0.01;

  private static final int POSITIONS = 64;

  /** A step that shares no factor with the sizes of maps. */
  private static final int OFFSET = 37;

  private final Conv conv;
  private final Shape input;
  private final Shape kernel;
  private final Shape output;
  private final int groups;
  private final int width;
  private final double[] sums;
  private final double[] products;
  private long count;
  private int images;

  private InputMoments(Conv conv, Shape input, Shape kernel, Shape output) {
    this.conv = conv;
    this.input = input;
    this.kernel = kernel;
    this.output = output;
    this.groups = conv.groups();
    this.width = kernel.size(1) * kernel.size(2) * kernel.size(3);
    this.sums = new double[groups * width];
    this.products = new double[groups * width * width];
  }

  static boolean canHold(Node n) {
    return width(n) <= MAX_WIDTH;
  }

  /** What the moments of a node take. */
  static long sizeBytes(Node n) {
    int groups = n.op() instanceof Conv c ? c.groups() : 1;
    return 8L * groups * width(n) * width(n);
  }

  private static long width(Node n) {
    Shape w = n.input(1).type().shape();
    return w.elements() / w.size(0);
  }

  /** For a Conv or Gemm. */
  static InputMoments of(Node n) {
    Shape x = n.input(0).type().shape();
    Shape w = n.input(1).type().shape();
    Shape y = n.output().type().shape();
    if (n.op() instanceof Conv c) {
      return new InputMoments(
          c,
          Shape.of(x.size(1), x.size(2), x.size(3)),
          w,
          Shape.of(y.size(1), y.size(2), y.size(3)));
    }
    if (n.op() instanceof Gemm) {
      Conv whole = new Conv(List.of(1, 1), List.of(0, 0, 0, 0), List.of(1, 1), 1, Activation.NONE);
      return new InputMoments(
          whole,
          Shape.of(w.size(1), 1, 1),
          Shape.of(w.size(0), w.size(1), 1, 1),
          Shape.of(w.size(0), 1, 1));
    }
    throw new IllegalArgumentException(n.toString());
  }

  /** Weights that one row of a group has. */
  int width() {
    return width;
  }

  /** Adds the input of one image, {@code [C, H, W]}. */
  void add(FloatBuffer data) {
    float[] x = new float[data.remaining()];
    data.duplicate().get(x);
    int positions = output.size(1) * output.size(2);
    int step = Math.max(1, positions / POSITIONS);
    float[] patch = new float[width];
    for (int p = images * OFFSET % step; p < positions; p += step) {
      for (int g = 0; g < groups; g++) {
        cut(x, g, p / output.size(2), p % output.size(2), patch);
        add(g, patch);
      }
      count++;
    }
    images++;
  }

  private void cut(float[] x, int group, int row, int column, float[] patch) {
    int at = 0;
    for (int c = 0; c < kernel.size(1); c++) {
      int channel = group * kernel.size(1) + c;
      for (int i = 0; i < kernel.size(2); i++) {
        int h = row * conv.strides().get(0) - conv.pads().get(0) + i * conv.dilations().get(0);
        for (int j = 0; j < kernel.size(3); j++) {
          int w = column * conv.strides().get(1) - conv.pads().get(1) + j * conv.dilations().get(1);
          boolean inside = h >= 0 && h < input.size(1) && w >= 0 && w < input.size(2);
          patch[at++] = inside ? x[(channel * input.size(1) + h) * input.size(2) + w] : 0;
        }
      }
    }
  }

  private void add(int group, float[] patch) {
    for (int a = 0; a < width; a++) {
      double v = patch[a];
      sums[group * width + a] += v;
      int row = (group * width + a) * width;
      for (int b = a; b < width; b++) {
        products[row + b] += v * patch[b];
      }
    }
  }

  void merge(InputMoments other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
    for (int i = 0; i < products.length; i++) {
      products[i] += other.products[i];
    }
    count += other.count;
  }

  /**
   * The covariance of a group's inputs, {@code [width, width]}: the mean does not count, since the
   * bias can take it. Shrunk towards equal variances without correlation, the more the fewer
   * samples there are for the width, so that it is positive definite and does not take chance for
   * correlation (the form of Ledoit and Wolf, "A Well-Conditioned Estimator for Large-Dimensional
   * Covariance Matrices", 2004, with a plain intensity).
   */
  double[] covariance(int group) {
    double[] c = new double[width * width];
    for (int a = 0; a < width; a++) {
      double mean = sums[group * width + a] / count;
      for (int b = a; b < width; b++) {
        double v =
            products[(group * width + a) * width + b] / count
                - mean * (sums[group * width + b] / count);
        c[a * width + b] = v;
        c[b * width + a] = v;
      }
    }
    shrink(c);
    return c;
  }

  private void shrink(double[] c) {
    double trace = 0;
    for (int a = 0; a < width; a++) {
      trace += c[a * width + a];
    }
    double intensity = Math.max(LEAST_SHRINKAGE, width / (double) (width + count));
    double variance = trace == 0 ? 1 : trace / width;
    for (int i = 0; i < c.length; i++) {
      c[i] *= 1 - intensity;
    }
    for (int a = 0; a < width; a++) {
      c[a * width + a] += intensity * variance;
    }
  }
}

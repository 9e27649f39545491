package io.facekit.runtime.run;

/** The reference arithmetic of the tests: one NHWC batch in plain Java, double accumulation. */
final class Nhwc {
  final int n;
  final int h;
  final int w;
  final int c;
  final float[] data;

  Nhwc(int n, int h, int w, int c, float[] data) {
    this.n = n;
    this.h = h;
    this.w = w;
    this.c = c;
    this.data = data;
  }

  static Nhwc fromNchw(float[] x, int n, int c, int h, int w) {
    float[] out = new float[x.length];
    for (int b = 0; b < n; b++) {
      for (int ch = 0; ch < c; ch++) {
        for (int i = 0; i < h * w; i++) {
          out[(b * h * w + i) * c + ch] = x[(b * c + ch) * h * w + i];
        }
      }
    }
    return new Nhwc(n, h, w, c, out);
  }

  float[] toNchw() {
    float[] out = new float[data.length];
    for (int b = 0; b < n; b++) {
      for (int ch = 0; ch < c; ch++) {
        for (int i = 0; i < h * w; i++) {
          out[(b * c + ch) * h * w + i] = data[(b * h * w + i) * c + ch];
        }
      }
    }
    return out;
  }

  float at(int b, int y, int x, int ch) {
    return y < 0 || x < 0 || y >= h || x >= w ? 0 : data[((b * h + y) * w + x) * c + ch];
  }

  /** Weights OHWI with a square kernel; {@code pad} zeros on every side. */
  Nhwc conv(float[] weights, float[] bias, int k, int stride, int pad) {
    return window(
        bias.length,
        k,
        stride,
        pad,
        (b, y, x, o) -> {
          double sum = bias[o];
          for (int i = 0; i < k * k; i++) {
            for (int ch = 0; ch < c; ch++) {
              sum += (double) at(b, y + i / k, x + i % k, ch) * weights[(o * k * k + i) * c + ch];
            }
          }
          return sum;
        });
  }

  /** Weights 1HWC with a square kernel. */
  Nhwc depthwise(float[] weights, float[] bias, int k, int stride, int pad) {
    return window(
        c,
        k,
        stride,
        pad,
        (b, y, x, o) -> {
          double sum = bias[o];
          for (int i = 0; i < k * k; i++) {
            sum += (double) at(b, y + i / k, x + i % k, o) * weights[i * c + o];
          }
          return sum;
        });
  }

  private interface Kernel {
    double at(int b, int y, int x, int o);
  }

  private Nhwc window(int channels, int k, int stride, int pad, Kernel kernel) {
    int oh = (h + 2 * pad - k) / stride + 1;
    int ow = (w + 2 * pad - k) / stride + 1;
    float[] out = new float[n * oh * ow * channels];
    int i = 0;
    for (int b = 0; b < n; b++) {
      for (int y = 0; y < oh; y++) {
        for (int x = 0; x < ow; x++) {
          for (int o = 0; o < channels; o++) {
            out[i++] = (float) kernel.at(b, y * stride - pad, x * stride - pad, o);
          }
        }
      }
    }
    return new Nhwc(n, oh, ow, channels, out);
  }

  Nhwc prelu(float[] slopes) {
    float[] out = data.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = out[i] < 0 ? out[i] * slopes[i % c] : out[i];
    }
    return new Nhwc(n, h, w, c, out);
  }

  /** Weights [out, H*W*C] on the flattened image. */
  Nhwc fullyConnected(float[] weights, float[] bias) {
    int features = h * w * c;
    return new Nhwc(n, 1, 1, features, data)
        .window(
            bias.length,
            1,
            1,
            0,
            (b, y, x, o) -> {
              double sum = bias[o];
              for (int i = 0; i < features; i++) {
                sum += (double) data[b * features + i] * weights[o * features + i];
              }
              return sum;
            });
  }

  /** To int8 and back. */
  Nhwc quantized(float scale, int zeroPoint) {
    float[] out = new float[data.length];
    for (int i = 0; i < out.length; i++) {
      long code = Math.max(-128, Math.min(127, Math.round(data[i] / scale) + zeroPoint));
      out[i] = (code - zeroPoint) * scale;
    }
    return new Nhwc(n, h, w, c, out);
  }
}

package io.facekit.runtime.run;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Half;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.tflite.TfliteBuilder;
import io.facekit.core.tflite.TfliteBuilder.Quantization;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.Conv2DOptionsT;
import org.tensorflow.lite.schema.DepthwiseConv2DOptionsT;
import org.tensorflow.lite.schema.FullyConnectedOptionsT;
import org.tensorflow.lite.schema.PadOptionsT;
import org.tensorflow.lite.schema.Padding;

/**
 * Builds a chain of layers as a TFLite model and, beside it, the same chain in plain Java. All
 * weights are seeded. Spatial sizes are {@code h x w}; convolutions are stride 1, 3x3 and SAME
 * unless said otherwise.
 */
final class TfliteSketch {
  private final TfliteBuilder model = new TfliteBuilder();
  private final Random random = new Random(20240607);
  private final List<UnaryOperator<Nhwc>> reference = new ArrayList<>();
  private final Runner.ImageSize size;
  private final int input;
  private int h;
  private int w;
  private int c;
  private int last;
  private boolean int8;
  private boolean flat;
  private float scale;
  private int zeroPoint;
  private int count;

  TfliteSketch(int channels, int height, int width) {
    size = new Runner.ImageSize(channels, height, width);
    c = channels;
    h = height;
    w = width;
    input = last = model.tensor("image", DType.FLOAT32, Shape.batched(h, w, c), null);
  }

  /** A built model and what it must compute, for an NCHW batch. */
  static final class Sketch {
    private final byte[] file;
    private final Runner.ImageSize size;
    private final List<UnaryOperator<Nhwc>> steps;

    private Sketch(byte[] file, Runner.ImageSize size, List<UnaryOperator<Nhwc>> steps) {
      this.file = file;
      this.size = size;
      this.steps = List.copyOf(steps);
    }

    byte[] file() {
      return file.clone();
    }

    Runner.ImageSize size() {
      return size;
    }

    float[] expected(float[] nchw, int batch) {
      Nhwc x = Nhwc.fromNchw(nchw, batch, size.channels(), size.height(), size.width());
      for (UnaryOperator<Nhwc> step : steps) {
        x = step.apply(x);
      }
      return x.toNchw();
    }
  }

  Sketch build() {
    model.inputs(List.of(input));
    model.outputs(List.of(last));
    model.signature("serving_default");
    model.metadata("facekit", new byte[] {1, 2, 3});
    return new Sketch(model.build(), size, reference);
  }

  private String name(String kind) {
    return kind + "_" + count++;
  }

  private void next(
      int code, int version, List<Integer> constants, Shape shape, @Nullable Object options) {
    int out =
        model.tensor(
            name("out"), int8 ? DType.INT8 : DType.FLOAT32, shape, int8 ? activation() : null);
    List<Integer> inputs = new ArrayList<>(List.of(last));
    inputs.addAll(constants);
    model.operator(code, version, inputs, List.of(out), union(code, options));
    last = out;
  }

  private Quantization activation() {
    return new Quantization(List.of(scale), List.of((long) zeroPoint), 0);
  }

  TfliteSketch quantize(float newScale, int newZeroPoint) {
    int8 = true;
    scale = newScale;
    zeroPoint = newZeroPoint;
    next(BuiltinOperator.QUANTIZE, 1, List.of(), Shape.batched(h, w, c), null);
    reference.add(x -> x.quantized(newScale, newZeroPoint));
    return this;
  }

  TfliteSketch dequantize() {
    int8 = false;
    next(
        BuiltinOperator.DEQUANTIZE,
        2,
        List.of(),
        flat ? Shape.batched(c) : Shape.batched(h, w, c),
        null);
    return this;
  }

  TfliteSketch prelu() {
    return prelu(false);
  }

  TfliteSketch prelu(boolean half) {
    float[] slopes = values(c);
    Shape shape = Shape.of(1, 1, c);
    int alpha =
        half ? half(shape, slopes) : model.constant(name("slope"), floats(shape, slopes), null);
    next(BuiltinOperator.PRELU, 1, List.of(alpha), Shape.batched(h, w, c), null);
    reference.add(x -> x.prelu(slopes));
    return this;
  }

  TfliteSketch conv(int out) {
    return conv(out, 3, 1, Padding.SAME, false);
  }

  TfliteSketch convHalf(int out) {
    return conv(out, 3, 1, Padding.SAME, true);
  }

  TfliteSketch conv(int out, int k, int stride, byte padding, boolean half) {
    Weights weights = weights(Shape.of(out, k, k, c), 0, half);
    int pad = padding == Padding.SAME ? k / 2 : 0;
    h = (h + 2 * pad - k) / stride + 1;
    w = (w + 2 * pad - k) / stride + 1;
    c = out;
    Conv2DOptionsT options = new Conv2DOptionsT();
    options.setPadding(padding);
    options.setStrideH(stride);
    options.setStrideW(stride);
    options.setDilationHFactor(1);
    options.setDilationWFactor(1);
    requantize();
    next(
        BuiltinOperator.CONV_2D,
        int8 ? 3 : 1,
        List.of(weights.weight, weights.bias),
        Shape.batched(h, w, c),
        options);
    reference.add(x -> x.conv(weights.values, weights.biases, k, stride, pad));
    rounded();
    return this;
  }

  TfliteSketch depthwise() {
    Weights weights = weights(Shape.of(1, 3, 3, c), 3, false);
    DepthwiseConv2DOptionsT options = new DepthwiseConv2DOptionsT();
    options.setPadding(Padding.SAME);
    options.setStrideH(1);
    options.setStrideW(1);
    options.setDepthMultiplier(1);
    options.setDilationHFactor(1);
    options.setDilationWFactor(1);
    requantize();
    next(
        BuiltinOperator.DEPTHWISE_CONV_2D,
        int8 ? 3 : 1,
        List.of(weights.weight, weights.bias),
        Shape.batched(h, w, c),
        options);
    reference.add(x -> x.depthwise(weights.values, weights.biases, 3, 1, 1));
    rounded();
    return this;
  }

  /** Reads the rank-4 tensor itself; the interpreter deduces the batch from the weight. */
  TfliteSketch fullyConnected(int out) {
    Weights weights = weights(Shape.of(out, (long) h * w * c), 0, false);
    h = 1;
    w = 1;
    c = out;
    flat = true;
    requantize();
    next(
        BuiltinOperator.FULLY_CONNECTED,
        int8 ? 4 : 1,
        List.of(weights.weight, weights.bias),
        Shape.batched(out),
        new FullyConnectedOptionsT());
    reference.add(x -> x.fullyConnected(weights.values, weights.biases));
    rounded();
    return this;
  }

  /** One zero on every side, then a VALID convolution with stride 2. */
  TfliteSketch padConv(int out) {
    int[] paddings = {0, 0, 1, 1, 1, 1, 0, 0};
    int pads = model.constant("pads", TensorData.of(paddings, 4, 2), null);
    h += 2;
    w += 2;
    next(
        BuiltinOperator.PAD,
        int8 ? 2 : 1,
        List.of(pads),
        Shape.batched(h, w, c),
        new PadOptionsT());
    reference.add(TfliteSketch::padded);
    return conv(out, 3, 2, Padding.VALID, false);
  }

  private static Nhwc padded(Nhwc x) {
    float[] out = new float[x.n * (x.h + 2) * (x.w + 2) * x.c];
    int i = 0;
    for (int b = 0; b < x.n; b++) {
      for (int y = -1; y <= x.h; y++) {
        for (int xx = -1; xx <= x.w; xx++) {
          for (int ch = 0; ch < x.c; ch++) {
            out[i++] = x.at(b, y, xx, ch);
          }
        }
      }
    }
    return new Nhwc(x.n, x.h + 2, x.w + 2, x.c, out);
  }

  /** The outputs of integer layers get a wider range. */
  private void requantize() {
    if (int8) {
      scale = 0.03f;
      zeroPoint = 7;
    }
  }

  private void rounded() {
    if (int8) {
      float s = scale;
      int z = zeroPoint;
      reference.add(x -> x.quantized(s, z));
    }
  }

  /** The tensors of a layer's constants and their values as floats. */
  private static final class Weights {
    final int weight;
    final int bias;
    final float[] values;
    final float[] biases;

    Weights(int weight, int bias, float[] values, float[] biases) {
      this.weight = weight;
      this.bias = bias;
      this.values = values;
      this.biases = biases;
    }
  }

  private Weights weights(Shape shape, int axis, boolean half) {
    float[] values = values((int) shape.elements());
    int channels = shape.size(axis);
    float[] biases = values(channels);
    if (int8) {
      return quantizedWeights(shape, axis, values, biases);
    }
    Shape biasShape = Shape.of(channels);
    if (half) {
      return new Weights(half(shape, values), half(biasShape, biases), values, biases);
    }
    return new Weights(
        model.constant(name("weight"), floats(shape, values), null),
        model.constant(name("bias"), floats(biasShape, biases), null),
        values,
        biases);
  }

  private static TensorData floats(Shape shape, float[] values) {
    return TensorData.of(values, values.length).reshaped(shape);
  }

  /** A float16 constant behind DEQUANTIZE; rounds the values. */
  private int half(Shape shape, float[] values) {
    ByteBuffer bits = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      bits.putShort(Half.fromFloat(values[i]));
      values[i] = Half.toFloat(Half.fromFloat(values[i]));
    }
    TensorData data = new TensorData(DType.FLOAT16, shape, bits.flip());
    int halves = model.constant(name("half"), data, null);
    int floats = model.tensor(name("float"), DType.FLOAT32, shape, null);
    model.operator(BuiltinOperator.DEQUANTIZE, 3, List.of(halves), List.of(floats), null);
    return floats;
  }

  private Weights quantizedWeights(Shape shape, int axis, float[] values, float[] biases) {
    int channels = shape.size(axis);
    int inner = axis == 0 ? values.length / channels : 1;
    List<Float> scales = new ArrayList<>();
    List<Float> biasScales = new ArrayList<>();
    int[] biasCodes = new int[channels];
    for (int ch = 0; ch < channels; ch++) {
      float s = 0.5f / 127 * (1 + ch % 3);
      scales.add(s);
      biasScales.add(s * scale);
      biasCodes[ch] = Math.round(biases[ch] / (s * scale));
      biases[ch] = biasCodes[ch] * (s * scale);
    }
    byte[] codes = new byte[values.length];
    for (int i = 0; i < codes.length; i++) {
      float s = scales.get(i / inner % channels);
      codes[i] = (byte) Math.max(-127, Math.min(127, Math.round(values[i] / s)));
      values[i] = codes[i] * s;
    }
    List<Long> zeros = Collections.nCopies(channels, 0L);
    TensorData data = new TensorData(DType.INT8, shape, ByteBuffer.wrap(codes));
    return new Weights(
        model.constant(name("weight"), data, new Quantization(scales, zeros, axis)),
        model.constant(
            name("bias"),
            TensorData.of(biasCodes, channels),
            new Quantization(biasScales, zeros, 0)),
        values,
        biases);
  }

  private float[] values(int n) {
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = random.nextFloat() - 0.5f;
    }
    return out;
  }

  private static @Nullable BuiltinOptionsUnion union(int code, @Nullable Object options) {
    if (options == null) {
      return null;
    }
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(
        switch (code) {
          case BuiltinOperator.CONV_2D -> BuiltinOptions.Conv2DOptions;
          case BuiltinOperator.DEPTHWISE_CONV_2D -> BuiltinOptions.DepthwiseConv2DOptions;
          case BuiltinOperator.FULLY_CONNECTED -> BuiltinOptions.FullyConnectedOptions;
          default -> BuiltinOptions.PadOptions;
        });
    union.setValue(options);
    return union;
  }
}

package io.facekit.core.arch;

import static io.facekit.core.arch.Weights.ANY;

import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a network layer by layer, as a trace of its PyTorch modules has it: one call per module,
 * with the module's path as scope and the weights under their own names.
 */
final class Net {
  /** The defaults of {@code torch.nn.BatchNorm2d}, which all families keep. */
  private static final double EPSILON = 1e-5;

  private static final double MOMENTUM = 0.1;

  /** Beyond any image; keeps the arithmetic of absurdly deep networks small. */
  private static final int LARGEST_REDUCTION = 1 << 16;

  /** Colours of the input image. */
  private static final int IMAGE_CHANNELS = 3;

  /**
   * A value of the network.
   *
   * @param channels of the feature map, or elements of the row; {@link Weights#ANY} where a weight
   *     that would tell it is missing
   * @param reduction how many input pixels one pixel of the feature map stands for, along each axis
   */
  record Feature(Arg.Ref ref, long channels, int reduction) {}

  private final Weights weights;
  private final String file;
  private final List<Call> calls = new ArrayList<>();
  private int nextId = 1;
  private long height;
  private long width;
  private long outputSize;

  Net(Weights weights, String file) {
    this.weights = weights;
    this.file = file;
  }

  Weights weights() {
    return weights;
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Height of the input image, if the last kernel told it; else 0. */
  long height() {
    return height;
  }

  long width() {
    return width;
  }

  /** Elements of the last value that was made. */
  long outputSize() {
    return outputSize;
  }

  /** The input image. */
  Feature image() {
    return new Feature(new Arg.Ref(0), IMAGE_CHANNELS, 1);
  }

  /** A square convolution over all channels, without bias, that keeps the size at stride 1. */
  Feature conv(Feature x, String path, int kernel, int stride) {
    @Nullable TensorData w = weights.take(path + ".weight", ANY, x.channels(), kernel, kernel);
    return convolve(x, path, w, stride, (kernel - 1) / 2, 1);
  }

  /** A 3x3 convolution of each channel by itself. */
  Feature depthwise(Feature x, String path, int stride) {
    @Nullable TensorData w = weights.take(path + ".weight", x.channels(), 1, 3, 3);
    return convolve(x, path, w, stride, 1, x.channels());
  }

  /** A 3x3 convolution with as many groups as the weight's shape tells. */
  Feature grouped(Feature x, String path) {
    String name = path + ".weight";
    @Nullable TensorData w = weights.take(name, ANY, ANY, 3, 3);
    long perGroup = w == null ? 1 : w.shape().size(1);
    long groups = x.channels() == ANY ? 1 : x.channels() / perGroup;
    if (w != null
        && x.channels() != ANY
        && (x.channels() % perGroup != 0 || w.shape().size(0) % groups != 0)) {
      weights.wrong(name, ANY, x.channels(), 3, 3);
      w = null;
    }
    return convolve(x, path, w, 1, 1, groups);
  }

  /** A convolution of each channel over the whole feature map, whose size its kernel tells. */
  Feature global(Feature x, String path) {
    @Nullable TensorData w = weights.take(path + ".weight", x.channels(), 1, ANY, ANY);
    if (w != null) {
      imageOf(x, w.shape().size(2), w.shape().size(3));
    }
    return convolve(x, path, w, 1, 0, x.channels());
  }

  /** Remembers the size of the image that makes a feature map of a size. */
  void imageOf(Feature x, long mapHeight, long mapWidth) {
    height = mapHeight * x.reduction();
    width = mapWidth * x.reduction();
  }

  /** A 1x1 convolution with bias. */
  Feature biasedPointwise(Feature x, String path) {
    @Nullable TensorData w = weights.take(path + ".weight", ANY, x.channels(), 1, 1);
    long out = w == null ? ANY : w.shape().size(0);
    @Nullable TensorData b = weights.take(path + ".bias", out);
    return call(
        "aten::conv2d",
        path,
        List.of(
            x.ref(),
            constant(path + ".weight", w),
            constant(path + ".bias", b),
            pair(1),
            pair(0),
            pair(1),
            new Arg.IntArg(1)),
        out,
        x.reduction());
  }

  private Feature convolve(
      Feature x, String path, @Nullable TensorData w, int stride, int padding, long groups) {
    return call(
        "aten::conv2d",
        path,
        List.of(
            x.ref(),
            constant(path + ".weight", w),
            Arg.NoneArg.NONE,
            pair(stride),
            pair(padding),
            pair(1),
            new Arg.IntArg(groups)),
        w == null ? ANY : w.shape().size(0),
        x.reduction() * stride);
  }

  Feature batchNorm(Feature x, String path) {
    List<Arg> args = new ArrayList<>(List.of(x.ref()));
    for (String part : List.of(".weight", ".bias", ".running_mean", ".running_var")) {
      args.add(constant(path + part, weights.take(path + part, x.channels())));
    }
    args.add(new Arg.BoolArg(false));
    args.add(new Arg.FloatArg(MOMENTUM));
    args.add(new Arg.FloatArg(EPSILON));
    args.add(new Arg.BoolArg(true));
    return call("aten::batch_norm", path, args, x.channels(), x.reduction());
  }

  /** Slopes for each channel, or one for all. */
  Feature prelu(Feature x, String path) {
    String name = path + ".weight";
    long @Nullable [] shape = weights.shape(name);
    boolean shared = shape != null && shape.length == 1 && shape[0] == 1;
    @Nullable TensorData slope = weights.take(name, shared ? 1 : x.channels());
    return call(
        "aten::prelu", path, List.of(x.ref(), constant(name, slope)), x.channels(), x.reduction());
  }

  Feature relu(Feature x, String path) {
    return call("aten::relu", path, List.of(x.ref()), x.channels(), x.reduction());
  }

  Feature relu6(Feature x, String path) {
    List<Arg> args = List.of(x.ref(), new Arg.FloatArg(0), new Arg.FloatArg(6));
    return call("aten::hardtanh", path, args, x.channels(), x.reduction());
  }

  Feature add(Feature a, Feature b, String path) {
    List<Arg> args = List.of(a.ref(), b.ref());
    return call("aten::add", path, args, a.channels(), a.reduction());
  }

  /** A feature map of one pixel as a row, by {@code x.view(x.size(0), -1)}. */
  Feature view(Feature x, String path) {
    Feature batch = call("aten::size", path, List.of(x.ref(), new Arg.IntArg(0)), ANY, 1);
    Arg sizes = new Arg.ListArg(List.of(batch.ref(), new Arg.IntArg(-1)));
    return call("aten::view", path, List.of(x.ref(), sizes), x.channels(), x.reduction());
  }

  /** A feature map as a row, by {@code torch.flatten(x, 1)}. */
  Feature flatten(Feature x, long rowSize) {
    List<Arg> args = List.of(x.ref(), new Arg.IntArg(1), new Arg.IntArg(-1));
    return call("aten::flatten", "", args, rowSize, x.reduction());
  }

  Feature linear(Feature x, String path, boolean bias) {
    @Nullable TensorData w = weights.take(path + ".weight", ANY, x.channels());
    long out = w == null ? ANY : w.shape().size(0);
    Arg b = bias ? constant(path + ".bias", weights.take(path + ".bias", out)) : Arg.NoneArg.NONE;
    return call(
        "aten::linear",
        path,
        List.of(x.ref(), constant(path + ".weight", w), b),
        out,
        x.reduction());
  }

  private Feature call(String op, String path, List<Arg> args, long channels, int reduction) {
    int id = nextId++;
    String at = path.isEmpty() ? file : file + "!" + path;
    calls.add(new Call(op, args, Map.of(), List.of(id), path, at));
    outputSize = channels;
    return new Feature(new Arg.Ref(id), channels, Math.min(reduction, LARGEST_REDUCTION));
  }

  /** Without its data a network is never used; the call is only there to go on with. */
  private static Arg constant(String name, @Nullable TensorData data) {
    return data == null ? Arg.NoneArg.NONE : new Arg.Const(data, name);
  }

  private static Arg pair(int value) {
    return new Arg.ListArg(List.of(new Arg.IntArg(value), new Arg.IntArg(value)));
  }
}

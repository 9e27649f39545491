package io.facekit.runtime.nets;

import static io.facekit.runtime.nets.NetOp.any;
import static io.facekit.runtime.nets.NetOp.map;
import static io.facekit.runtime.nets.NetOp.rows;
import static io.facekit.runtime.nets.NetOp.unary;
import static io.facekit.runtime.nets.NetOps.NONE;

import io.facekit.core.torch.Arg;
import java.util.List;

/** Operators beyond those that the networks of face.evoLVe and their relatives use. */
final class LaterOps {
  static final List<NetOp> ALL =
      List.of(
          unary("aten::sigmoid"),
          unary("aten::tanh"),
          unary("aten::silu"),
          unary("aten::hardsigmoid"),
          unary("aten::hardswish"),
          unary("aten::hardswish_"),
          unary("aten::abs"),
          unary("aten::neg"),
          any("aten::elu", (net, x) -> net.same("aten::elu", x, 1, 1, 1)),
          any("aten::gelu", LaterOps::gelu),
          any("aten::clamp_max", (net, x) -> net.same("aten::clamp_max", x, net.number(-1, 1))),
          any("aten::exp", (net, x) -> net.same("aten::exp", bounded(net, x))),
          any("aten::sqrt", (net, x) -> net.same("aten::sqrt", positive(net, x))),
          any("aten::rsqrt", (net, x) -> net.same("aten::rsqrt", positive(net, x))),
          any("aten::reciprocal", (net, x) -> net.same("aten::reciprocal", positive(net, x))),
          any("aten::pow", (net, x) -> net.same("aten::pow", bounded(net, x), 2)),
          any("aten::maximum", (net, x) -> ofTwo(net, "aten::maximum", x)),
          any("aten::minimum", (net, x) -> ofTwo(net, "aten::minimum", x)),
          any("aten::softmax", (net, x) -> net.same("aten::softmax", x, 1, NONE)),
          rows("aten::layer_norm", LaterOps::layerNorm),
          map("aten::group_norm", LaterOps::groupNorm),
          map("aten::max_pool2d", (net, x) -> pool(net, "aten::max_pool2d", x)),
          map(
              "aten::max_pool2d_with_indices",
              (net, x) -> pool(net, "aten::max_pool2d_with_indices", x)),
          map("aten::avg_pool2d", (net, x) -> pool(net, "aten::avg_pool2d", x)),
          map("aten::upsample_nearest2d", LaterOps::upsample),
          map("aten::constant_pad_nd", LaterOps::pad),
          map("aten::cat", LaterOps::cat),
          map("aten::chunk", LaterOps::chunk).when(x -> x.channels() % 2 == 0),
          map("aten::slice", LaterOps::slice).when(x -> x.channels() > 1),
          map("aten::transpose", LaterOps::transpose),
          map("aten::permute", LaterOps::permute),
          map("aten::channel_shuffle", LaterOps::channelShuffle),
          map("aten::pixel_shuffle", LaterOps::pixelShuffle).when(x -> x.channels() % 4 == 0),
          map("aten::sum", (net, x) -> reduce(net, "aten::sum", x, NetOps.DTYPE)),
          map("aten::amax", (net, x) -> reduce(net, "aten::amax", x)),
          rows("aten::conv1d", LaterOps::channelAttention));

  private LaterOps() {}

  private static Tensor gelu(Net net, Tensor x) {
    return net.same("aten::gelu", x, new Net.Named("approximate", net.oneOf("none", "tanh")));
  }

  private static Tensor bounded(Net net, Tensor x) {
    return net.same("aten::clamp", x, -2.0, 2.0);
  }

  private static Tensor positive(Net net, Tensor x) {
    return net.same("aten::clamp", x, 0.25, 4.0);
  }

  private static Tensor ofTwo(Net net, String op, Tensor x) {
    Tensor other = net.another(x).orElseGet(() -> net.same("aten::leaky_relu", x, -0.5));
    return net.same(op, x, other);
  }

  private static Tensor layerNorm(Net net, Tensor x) {
    int n = x.channels();
    Arg scale = net.constant(-1, 1, n);
    Arg shift = net.constant(0.5, 1, n);
    return net.same("aten::layer_norm", x, List.of(n), scale, shift, 1e-3, true);
  }

  private static Tensor groupNorm(Net net, Tensor x) {
    int c = x.channels();
    Arg scale = net.constant(-1, 1, c);
    Arg shift = net.constant(0.5, 1, c);
    return net.same("aten::group_norm", x, net.divisor(c), scale, shift, 1e-3, true);
  }

  private static Tensor pool(Net net, String op, Tensor x) {
    int kh = Math.min(x.height(), net.pick(1, 3));
    int kw = Math.min(x.width(), net.pick(1, 3));
    int stride = net.pick(1, 2);
    int pad = Math.min(kh, kw) > 1 && net.maybe(0.5) ? 1 : 0;
    int h = (x.height() + 2 * pad - kh) / stride + 1;
    int w = (x.width() + 2 * pad - kw) / stride + 1;
    List<Integer> kernel = List.of(kh, kw);
    List<Integer> strides = List.of(stride, stride);
    List<Integer> pads = List.of(pad, pad);
    List<Integer> sizes = List.of(x.channels(), h, w);
    return switch (op) {
      case "aten::max_pool2d" ->
          net.call(op, sizes, x, kernel, strides, pads, List.of(1, 1), false);
      case "aten::max_pool2d_with_indices" ->
          net.first(op, 2, sizes, x, kernel, strides, pads, List.of(1, 1), false);
      default -> net.call(op, sizes, x, kernel, strides, pads, false, net.maybe(0.5), NONE);
    };
  }

  private static Tensor upsample(Net net, Tensor x) {
    List<Integer> sizes = List.of(x.channels(), x.height() * 2, x.width() * 2);
    return net.call("aten::upsample_nearest2d", sizes, x, NONE, List.of(2.0, 2.0));
  }

  private static Tensor pad(Net net, Tensor x) {
    List<Integer> pads = List.of(net.pick(0, 2), net.pick(0, 2), net.pick(0, 2), net.pick(0, 2));
    int h = x.height() + pads.get(2) + pads.get(3);
    int w = x.width() + pads.get(0) + pads.get(1);
    return net.call("aten::constant_pad_nd", List.of(x.channels(), h, w), x, pads, 0);
  }

  private static Tensor cat(Net net, Tensor x) {
    Tensor other = net.another(x).orElseGet(() -> net.same("aten::relu", x));
    List<Integer> sizes = List.of(2 * x.channels(), x.height(), x.width());
    return net.call("aten::cat", sizes, List.of(x, other), 1);
  }

  private static Tensor chunk(Net net, Tensor x) {
    List<Integer> half = List.of(x.channels() / 2, x.height(), x.width());
    return net.oneOf(net.several("aten::chunk", 2, half, x, 2, 1));
  }

  private static Tensor slice(Net net, Tensor x) {
    int from = net.pick(0, x.channels() - 2);
    int to = net.pick(from + 1, x.channels());
    List<Integer> sizes = List.of(to - from, x.height(), x.width());
    return net.call("aten::slice", sizes, x, 1, from, to, 1);
  }

  private static Tensor transpose(Net net, Tensor x) {
    List<Integer> sizes = List.of(x.channels(), x.width(), x.height());
    return net.call("aten::transpose", sizes, x, 2, 3);
  }

  private static Tensor permute(Net net, Tensor x) {
    List<Integer> sizes = List.of(x.height(), x.width(), x.channels());
    return net.call("aten::permute", sizes, x, List.of(0, 2, 3, 1));
  }

  private static Tensor channelShuffle(Net net, Tensor x) {
    return net.same("aten::channel_shuffle", x, net.divisor(x.channels()));
  }

  private static Tensor pixelShuffle(Net net, Tensor x) {
    List<Integer> sizes = List.of(x.channels() / 4, x.height() * 2, x.width() * 2);
    return net.call("aten::pixel_shuffle", sizes, x, 2);
  }

  private static Tensor reduce(Net net, String op, Tensor x, Object... rest) {
    List<Integer> sizes = List.of(x.channels(), 1, 1);
    return rest.length == 0
        ? net.call(op, sizes, x, List.of(2, 3), true)
        : net.call(op, sizes, x, List.of(2, 3), true, rest[0]);
  }

  private static Tensor channelAttention(Net net, Tensor x) {
    int kernel = net.oneOf(1, 3, 5);
    Arg column = net.inner("aten::unsqueeze", x, 1);
    Arg weight = net.weights(1, 1, kernel);
    Arg mixed =
        net.inner(
            "aten::conv1d", column, weight, NONE, List.of(1), List.of(kernel / 2), List.of(1), 1);
    return net.call("aten::squeeze", x.sizes(), mixed, 1);
  }
}

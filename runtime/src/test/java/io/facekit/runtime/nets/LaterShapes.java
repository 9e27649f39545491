package io.facekit.runtime.nets;

import static io.facekit.runtime.nets.NetOp.any;
import static io.facekit.runtime.nets.NetOp.map;
import static io.facekit.runtime.nets.NetOp.rows;
import static io.facekit.runtime.nets.NetOps.NONE;

import io.facekit.core.torch.Arg;
import java.util.List;

/** Operators that move numbers, and attention, which needs many of them. */
final class LaterShapes {
  private static final int FLOAT = 6;

  static final List<NetOp> ALL =
      List.of(
          any("aten::to", (net, x) -> net.same("aten::to", x, FLOAT, false, false, NONE)),
          any("aten::type_as", (net, x) -> net.same("aten::type_as", x, net.another(x).orElse(x))),
          any("aten::rsub", (net, x) -> net.same("aten::rsub", x, net.number(-1, 1))),
          map("aten::flip", (net, x) -> net.same("aten::flip", x, List.of(net.pick(1, 3)))),
          map("aten::index_select", LaterShapes::indexSelect),
          map("aten::index", LaterShapes::index),
          map("aten::narrow", LaterShapes::narrow),
          map("aten::select", LaterShapes::select),
          map("aten::split", (net, x) -> halves(net, "aten::split", x, x.channels() / 2))
              .when(x -> x.channels() % 2 == 0),
          map("aten::split_with_sizes", LaterShapes::splitWithSizes)
              .when(x -> x.channels() % 2 == 0),
          map("aten::unbind", LaterShapes::unbind).when(x -> x.channels() > 1),
          map("aten::stack", LaterShapes::stack),
          map("aten::repeat", LaterShapes::repeat),
          map("aten::expand", LaterShapes::expand),
          rows("aten::unflatten", LaterShapes::unflatten),
          map("aten::view_as", LaterShapes::viewAs),
          map("aten::pad", LaterShapes::pad),
          map("aten::pixel_unshuffle", LaterShapes::pixelUnshuffle)
              .when(x -> x.height() % 2 == 0 && x.width() % 2 == 0),
          map("aten::upsample_bilinear2d", LaterShapes::upsample),
          map("aten::adaptive_max_pool2d", LaterShapes::maxPool),
          map("aten::max", LaterShapes::max),
          map("aten::instance_norm", LaterShapes::instanceNorm).when(x -> x.height() > 2),
          map("aten::bmm", LaterShapes::bmm),
          map("aten::baddbmm", LaterShapes::baddbmm),
          map("aten::scaled_dot_product_attention", LaterShapes::attention));

  private LaterShapes() {}

  private static List<Integer> channels(Tensor x, int count) {
    return List.of(count, x.height(), x.width());
  }

  private static Tensor indexSelect(Net net, Tensor x) {
    int count = net.pick(1, 5);
    Arg indices = net.indices(x.channels(), count);
    return net.call("aten::index_select", channels(x, count), x, 1, indices);
  }

  private static Tensor index(Net net, Tensor x) {
    int count = net.pick(1, 5);
    Arg indices = net.indices(x.channels(), count);
    return net.call("aten::index", channels(x, count), x, List.of(NONE, indices));
  }

  private static Tensor narrow(Net net, Tensor x) {
    int from = net.pick(0, x.channels() - 1);
    int count = net.pick(1, x.channels() - from);
    return net.call("aten::narrow", channels(x, count), x, 1, from, count);
  }

  private static Tensor select(Net net, Tensor x) {
    Arg one = net.inner("aten::select", x, 1, net.pick(0, x.channels() - 1));
    return net.call("aten::unsqueeze", channels(x, 1), one, 1);
  }

  private static Tensor splitWithSizes(Net net, Tensor x) {
    int half = x.channels() / 2;
    return halves(net, "aten::split_with_sizes", x, List.of(half, half));
  }

  private static Tensor halves(Net net, String op, Tensor x, Object sizes) {
    return net.oneOf(net.several(op, 2, channels(x, x.channels() / 2), x, sizes, 1));
  }

  private static Tensor unbind(Net net, Tensor x) {
    Arg one = net.oneOf(net.parts("aten::unbind", x.channels(), x, 1));
    return net.call("aten::unsqueeze", channels(x, 1), one, 1);
  }

  private static Tensor stack(Net net, Tensor x) {
    Tensor other = net.another(x).orElseGet(() -> net.same("aten::relu", x));
    Arg pair = net.inner("aten::stack", List.of(x, other), 1);
    return net.call("aten::flatten", channels(x, 2 * x.channels()), pair, 1, 2);
  }

  private static Tensor repeat(Net net, Tensor x) {
    return net.call("aten::repeat", channels(x, 2 * x.channels()), x, List.of(1, 2, 1, 1));
  }

  private static Tensor expand(Net net, Tensor x) {
    Arg means = net.inner("aten::mean", x, List.of(2, 3), true, NetOps.DTYPE);
    Arg wide = net.inner("aten::expand", means, List.of(-1, -1, x.height(), x.width()));
    // Nothing can be written into what repeats one number.
    return net.call("aten::clone", x.sizes(), wide);
  }

  private static Tensor unflatten(Net net, Tensor x) {
    int parts = net.divisor(x.channels());
    Arg split = net.inner("aten::unflatten", x, 1, List.of(parts, x.channels() / parts));
    return net.call("aten::flatten", x.sizes(), split, 1, -1);
  }

  private static Tensor viewAs(Net net, Tensor x) {
    Tensor flat = Shapes.flatten(net, net.same("aten::relu", x));
    return net.call("aten::view_as", flat.sizes(), net.same("aten::contiguous", x), flat);
  }

  private static Tensor pad(Net net, Tensor x) {
    List<Integer> pads = List.of(net.pick(0, 2), net.pick(0, 2), net.pick(0, 2), net.pick(0, 2));
    int h = x.height() + pads.get(2) + pads.get(3);
    int w = x.width() + pads.get(0) + pads.get(1);
    return net.call("aten::pad", List.of(x.channels(), h, w), x, pads, "constant", 0.0);
  }

  private static Tensor pixelUnshuffle(Net net, Tensor x) {
    List<Integer> sizes = List.of(x.channels() * 4, x.height() / 2, x.width() / 2);
    return net.call("aten::pixel_unshuffle", sizes, x, 2);
  }

  private static Tensor upsample(Net net, Tensor x) {
    List<Integer> sizes = List.of(x.channels(), x.height() * 2, x.width() * 2);
    List<Double> factors = List.of(2.0, 2.0);
    return net.call("aten::upsample_bilinear2d", sizes, x, NONE, net.maybe(0.5), factors);
  }

  private static Tensor maxPool(Net net, Tensor x) {
    int h = net.divisor(x.height());
    int w = net.divisor(x.width());
    List<Integer> sizes = List.of(x.channels(), h, w);
    return net.first("aten::adaptive_max_pool2d", 2, sizes, x, List.of(h, w));
  }

  private static Tensor max(Net net, Tensor x) {
    return net.first("aten::max", 2, channels(x, 1), x, 1, true);
  }

  private static Tensor instanceNorm(Net net, Tensor x) {
    Arg scale = net.constant(-1, 1, x.channels());
    Arg shift = net.constant(0.5, 1, x.channels());
    return net.same("aten::instance_norm", x, scale, shift, NONE, NONE, true, 0.1, 1e-3, true);
  }

  private static Arg.Ref pixels(Net net, Tensor x) {
    return net.inner("aten::flatten", x, 2, -1);
  }

  private static Arg.Ref similarity(Net net, Arg.Ref pixels) {
    return net.inner("aten::bmm", pixels, net.inner("aten::transpose", pixels, 1, 2));
  }

  private static Tensor mixed(Net net, Tensor x, Arg.Ref weights, Arg.Ref pixels) {
    Arg shares = net.inner("aten::softmax", net.inner("aten::mul", weights, 0.125), -1, NONE);
    return image(net, x, net.inner("aten::bmm", shares, pixels));
  }

  private static Tensor image(Net net, Tensor x, Arg.Ref pixels) {
    List<Integer> sizes = List.of(-1, x.channels(), x.height(), x.width());
    return net.call("aten::reshape", x.sizes(), pixels, sizes);
  }

  private static Tensor bmm(Net net, Tensor x) {
    Arg.Ref pixels = pixels(net, x);
    return mixed(net, x, similarity(net, pixels), pixels);
  }

  private static Tensor baddbmm(Net net, Tensor x) {
    Arg.Ref pixels = pixels(net, x);
    Arg.Ref turned = net.inner("aten::transpose", pixels, 1, 2);
    Arg.Ref sum =
        net.inner(
            "aten::baddbmm",
            similarity(net, pixels),
            pixels,
            turned,
            new Net.Named("beta", 1),
            new Net.Named("alpha", 1));
    return mixed(net, x, sum, pixels);
  }

  private static Tensor attention(Net net, Tensor x) {
    Arg.Ref pixels = pixels(net, x);
    Arg.Ref mixed =
        net.inner("aten::scaled_dot_product_attention", pixels, pixels, pixels, NONE, 0.0, false);
    return image(net, x, mixed);
  }
}

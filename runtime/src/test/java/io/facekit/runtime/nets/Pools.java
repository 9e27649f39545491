package io.facekit.runtime.nets;

import java.util.List;

/** Means over windows. */
final class Pools {
  private Pools() {}

  static Tensor adaptive(Net net, Tensor x) {
    int h = net.maybe(0.5) ? 1 : net.divisor(x.height());
    int w = net.maybe(0.5) ? 1 : net.divisor(x.width());
    return net.call("aten::adaptive_avg_pool2d", List.of(x.channels(), h, w), x, List.of(h, w));
  }

  static Tensor mean(Net net, Tensor x) {
    boolean keep = net.maybe(0.5);
    List<Integer> axes = net.maybe(0.5) ? List.of(2, 3) : List.of(-1, -2);
    List<Integer> sizes = keep ? List.of(x.channels(), 1, 1) : List.of(x.channels());
    return net.call("aten::mean", sizes, x, axes, keep, NetOps.DTYPE);
  }
}

package io.facekit.runtime.nets;

import io.facekit.core.torch.Arg;
import java.util.List;

/** The same numbers under another shape. */
final class Shapes {
  private Shapes() {}

  static Tensor flatten(Net net, Tensor x) {
    return net.call("aten::flatten", List.of(x.elements()), x, 1, -1);
  }

  static Tensor view(Net net, Tensor x) {
    return rows(net, "aten::view", net.same("aten::contiguous", x));
  }

  static Tensor reshape(Net net, Tensor x) {
    return rows(net, "aten::reshape", x);
  }

  private static Tensor rows(Net net, String op, Tensor x) {
    List<Integer> sizes = List.of(x.elements());
    if (net.maybe(0.5)) {
      return net.call(op, sizes, x, List.of(-1, x.elements()));
    }
    Arg.Ref batch = net.inner("aten::size", x, 0);
    if (net.maybe(0.5)) {
      batch = net.inner("aten::Int", net.inner("prim::NumToTensor", batch));
    }
    return net.call(op, sizes, x, List.of(batch, -1));
  }
}

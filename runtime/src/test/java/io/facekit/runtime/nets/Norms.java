package io.facekit.runtime.nets;

import io.facekit.core.torch.Arg;
import java.util.List;

/** Values divided by their Euclidean norm over channels or columns. */
final class Norms {
  private Norms() {}

  static Tensor norm(Net net, Tensor x) {
    return divided(net, x, net.inner("aten::norm", x, 2, List.of(1), true));
  }

  static Tensor vectorNorm(Net net, Tensor x) {
    return divided(
        net, x, net.inner("aten::linalg_vector_norm", x, 2, List.of(1), true, NetOps.DTYPE));
  }

  static Tensor frobeniusNorm(Net net, Tensor x) {
    return divided(net, x, net.inner("aten::frobenius_norm", x, List.of(1), true));
  }

  private static Tensor divided(Net net, Tensor x, Arg.Ref norm) {
    Arg.Ref divisor = net.inner("aten::clamp_min", norm, 1e-12);
    if (net.maybe(0.7)) {
      divisor = net.inner("aten::expand_as", divisor, x);
    }
    return net.same("aten::div", x, divisor);
  }
}

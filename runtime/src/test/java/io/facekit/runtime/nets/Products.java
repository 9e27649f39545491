package io.facekit.runtime.nets;

import io.facekit.core.torch.Arg;
import java.util.List;

/** Products of rows with a constant matrix. */
final class Products {
  private Products() {}

  static Tensor linear(Net net, Tensor x) {
    int outputs = net.pick(1, 12);
    Arg bias = net.maybe(0.6) ? net.constant(-0.5, 0.5, outputs) : NetOps.NONE;
    return net.call("aten::linear", List.of(outputs), x, net.weights(outputs, x.channels()), bias);
  }

  static Tensor addmm(Net net, Tensor x) {
    int outputs = net.pick(1, 12);
    Arg weight = transposed(net, outputs, x);
    return net.call("aten::addmm", List.of(outputs), net.constant(-1, 1, outputs), x, weight);
  }

  static Tensor mm(Net net, Tensor x) {
    int outputs = net.pick(1, 12);
    return net.call("aten::mm", List.of(outputs), x, transposed(net, outputs, x));
  }

  static Tensor matmul(Net net, Tensor x) {
    int outputs = net.pick(1, 12);
    return net.call("aten::matmul", List.of(outputs), x, transposed(net, outputs, x));
  }

  private static Arg transposed(Net net, int outputs, Tensor x) {
    return net.inner("aten::t", net.weights(outputs, x.channels()));
  }
}

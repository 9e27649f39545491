package io.facekit.runtime.nets;

import io.facekit.core.torch.Arg;
import java.util.List;

/** Convolutions: any groups, strides, pads and dilations that fit. */
final class Convs {
  private Convs() {}

  /**
   * @param outputs channels
   */
  private record Window(
      int outputs,
      int groups,
      List<Integer> kernel,
      List<Integer> strides,
      List<Integer> pads,
      List<Integer> dilations) {

    static Window choose(Net net, Tensor x) {
      int groups =
          switch (net.pick(0, 3)) {
            case 0 -> x.channels();
            case 1 -> net.divisor(x.channels());
            default -> 1;
          };
      int outputs = groups * net.pick(1, Math.max(1, 8 / groups));
      if (net.maybe(0.1)) {
        // The whole map at once, as at the end of a MobileFaceNet.
        List<Integer> all = List.of(x.height(), x.width());
        return new Window(outputs, groups, all, List.of(1, 1), List.of(0, 0), List.of(1, 1));
      }
      List<Integer> dilations = List.of(dilation(net), dilation(net));
      List<Integer> kernel =
          List.of(
              kernel(net, x.height(), dilations.get(0)), kernel(net, x.width(), dilations.get(1)));
      List<Integer> pads =
          net.maybe(0.5)
              ? List.of(kernel.get(0) / 2, kernel.get(1) / 2)
              : List.of(net.pick(0, 2), net.pick(0, 2));
      int stride = net.pick(1, 3);
      List<Integer> strides =
          net.maybe(0.7) ? List.of(stride, stride) : List.of(stride, net.pick(1, 2));
      return new Window(outputs, groups, kernel, strides, pads, dilations);
    }

    private static int dilation(Net net) {
      return net.maybe(0.8) ? 1 : net.pick(2, 3);
    }

    private static int kernel(Net net, int size, int dilation) {
      int largest = Math.min(5, (size - 1) / dilation + 1);
      return Math.min(largest, net.oneOf(1, 1, 2, 3, 3, 3, 4, 5));
    }

    List<Integer> sizes(Tensor x) {
      return List.of(outputs, size(0, x.height()), size(1, x.width()));
    }

    private int size(int axis, int in) {
      int reach = dilations.get(axis) * (kernel.get(axis) - 1) + 1;
      return (in + 2 * pads.get(axis) - reach) / strides.get(axis) + 1;
    }

    Arg weights(Net net, Tensor x) {
      return net.weights(outputs, x.channels() / groups, kernel.get(0), kernel.get(1));
    }

    Arg bias(Net net) {
      return net.maybe(0.5) ? net.constant(-0.5, 0.5, outputs) : NetOps.NONE;
    }
  }

  static Tensor conv2d(Net net, Tensor x) {
    Window w = Window.choose(net, x);
    return net.call(
        "aten::conv2d",
        w.sizes(x),
        x,
        w.weights(net, x),
        w.bias(net),
        w.strides,
        w.pads,
        w.dilations,
        w.groups);
  }

  static Tensor convolution(Net net, Tensor x) {
    Window w = Window.choose(net, x);
    return net.call(
        "aten::_convolution",
        w.sizes(x),
        x,
        w.weights(net, x),
        w.bias(net),
        w.strides,
        w.pads,
        w.dilations,
        false,
        List.of(0, 0),
        w.groups,
        false,
        false,
        true,
        true);
  }
}

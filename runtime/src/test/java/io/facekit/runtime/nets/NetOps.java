package io.facekit.runtime.nets;

import static io.facekit.runtime.nets.NetOp.any;
import static io.facekit.runtime.nets.NetOp.map;
import static io.facekit.runtime.nets.NetOp.rows;
import static io.facekit.runtime.nets.NetOp.unary;

import io.facekit.core.op.Ops;
import io.facekit.core.torch.Arg;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How calls of every operator are made. Operators that facekit does not import yet wait here: a
 * line is used as soon as its operator is imported.
 */
final class NetOps {
  static final Arg NONE = Arg.NoneArg.NONE;
  static final Net.Named DTYPE = new Net.Named("dtype", NONE);
  private static final Net.Named ALPHA = new Net.Named("alpha", 1);

  /** Operators that the importer knows and that leave no node. */
  private static final Set<String> STRUCTURAL =
      Set.of("aten::clone", "aten::contiguous", "aten::detach", "aten::dropout");

  static final List<NetOp> ALL =
      Stream.of(
              List.of(
                  map("aten::conv2d", Convs::conv2d),
                  map("aten::_convolution", Convs::convolution),
                  map("aten::batch_norm", NetOps::convAndBatchNorm),
                  rows("aten::batch_norm", NetOps::linearAndBatchNorm),
                  rows("aten::linear", Products::linear),
                  rows("aten::addmm", Products::addmm),
                  rows("aten::mm", Products::mm),
                  rows("aten::matmul", Products::matmul),
                  unary("aten::relu"),
                  unary("aten::relu_"),
                  unary("aten::relu6"),
                  unary("aten::relu6_"),
                  any("aten::hardtanh", (net, x) -> net.same("aten::hardtanh", x, 0.0, 6.0)),
                  any("aten::hardtanh_", NetOps::hardtanhInPlace),
                  any("aten::leaky_relu", (net, x) -> net.same("aten::leaky_relu", x, slope(net))),
                  any(
                      "aten::leaky_relu_",
                      (net, x) -> net.same("aten::leaky_relu_", x, slope(net))),
                  any("aten::prelu", NetOps::prelu).when(x -> x.isMap() || x.isRows()),
                  any("aten::clamp", NetOps::clamp),
                  any("aten::clamp_min", (net, x) -> net.same("aten::clamp_min", x, below(net))),
                  any("aten::dropout", (net, x) -> net.same("aten::dropout", x, 0.5, false)),
                  unary("aten::clone"),
                  unary("aten::contiguous"),
                  unary("aten::detach"),
                  map("aten::adaptive_avg_pool2d", Pools::adaptive),
                  map("aten::mean", Pools::mean),
                  map("aten::flatten", Shapes::flatten),
                  map("aten::view", Shapes::view),
                  map("aten::reshape", Shapes::reshape),
                  rows("aten::norm", Norms::norm),
                  rows("aten::linalg_vector_norm", Norms::vectorNorm),
                  rows("aten::frobenius_norm", Norms::frobeniusNorm)),
              List.of(
                  any("aten::add", (net, x) -> binary(net, "aten::add", x, ALPHA)),
                  any("aten::add_", (net, x) -> binary(net, "aten::add_", x, ALPHA)),
                  any("aten::sub", (net, x) -> binary(net, "aten::sub", x, ALPHA)),
                  any("aten::mul", (net, x) -> binary(net, "aten::mul", x)),
                  any("aten::mul_", (net, x) -> binary(net, "aten::mul_", x)),
                  any("aten::div", NetOps::div)),
              LaterOps.ALL,
              LaterShapes.ALL)
          .flatMap(List::stream)
          .toList();

  private NetOps() {}

  /** Those whose operators facekit imports. */
  static List<NetOp> imported() {
    return ALL.stream().filter(op -> isImported(op.name())).toList();
  }

  private static boolean isImported(String name) {
    return STRUCTURAL.contains(name) || Ops.knowsAten(functional(name));
  }

  /** The operator that computes the same without writing into its argument. */
  static String functional(String name) {
    return name.endsWith("_") ? name.substring(0, name.length() - 1) : name;
  }

  private static double slope(Net net) {
    return net.number(-0.5, 1.5);
  }

  private static double below(Net net) {
    return net.number(-0.5, 0.5);
  }

  private static Tensor hardtanhInPlace(Net net, Tensor x) {
    return net.maybe(0.8)
        ? net.same("aten::hardtanh_", x, 0.0, 6.0)
        : net.same("aten::hardtanh_", x, -net.number(0.1, 1), net.number(0.1, 1));
  }

  private static Tensor clamp(Net net, Tensor x) {
    return switch (net.pick(0, 9)) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> net.same("aten::clamp", x, 0.0, 6.0);
      case 8 -> net.same("aten::clamp", x, below(net), NONE);
      default -> net.same("aten::clamp", x, NONE, below(net));
    };
  }

  /** Mostly behind a convolution, sometimes behind anything. */
  private static Tensor convAndBatchNorm(Net net, Tensor x) {
    return batchNorm(net, net.maybe(0.8) ? Convs.conv2d(net, x) : x);
  }

  private static Tensor linearAndBatchNorm(Net net, Tensor x) {
    return batchNorm(net, net.maybe(0.8) ? Products.linear(net, x) : x);
  }

  private static Tensor batchNorm(Net net, Tensor x) {
    int c = x.channels();
    boolean affine = net.maybe(0.8);
    return net.same(
        "aten::batch_norm",
        x,
        affine ? net.constant(-1.5, 1.5, c) : NONE,
        affine ? net.constant(-1, 1, c) : NONE,
        net.constant(-1, 1, c),
        net.constant(0.3, 2, c),
        false,
        0.1,
        net.oneOf(1e-5, 1e-3),
        true);
  }

  private static Tensor prelu(Net net, Tensor x) {
    int slopes = net.maybe(0.2) ? 1 : x.channels();
    return net.same("aten::prelu", x, net.constant(-0.5, 1.5, slopes));
  }

  /**
   * With another value of the same sizes, a number, or a number for each channel.
   *
   * @param rest further arguments
   */
  static Tensor binary(Net net, String op, Tensor x, Object... rest) {
    Object other = net.another(x).filter(t -> net.maybe(0.7)).map(Object.class::cast).orElse(null);
    if (other == null) {
      other = net.maybe(0.4) ? (Object) net.number(-1.5, 1.5) : perChannel(net, x, -1, 1);
    }
    return rest.length == 0 ? net.same(op, x, other) : net.same(op, x, other, rest[0]);
  }

  private static Tensor div(Net net, Tensor x) {
    return net.same(
        "aten::div", x, net.maybe(0.4) ? net.number(0.5, 2) : perChannel(net, x, 0.5, 2));
  }

  private static Arg perChannel(Net net, Tensor x, double low, double high) {
    if (!x.isMap()) {
      return net.constant(low, high, x.sizes().get(x.sizes().size() - 1));
    }
    return net.maybe(0.5)
        ? net.constant(low, high, 1, x.channels(), 1, 1)
        : net.constant(low, high, x.channels(), 1, 1);
  }
}

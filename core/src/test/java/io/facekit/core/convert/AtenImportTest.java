package io.facekit.core.convert;

import static io.facekit.core.convert.Program.constant;
import static io.facekit.core.convert.Program.none;
import static io.facekit.core.convert.Program.x;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.op.AtenSchema;
import io.facekit.core.op.OpDef;
import io.facekit.core.op.Ops;
import io.facekit.core.tensor.Shape;
import io.facekit.core.torch.Arg;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One call of every ATen operator, as PyTorch writes it. */
class AtenImportTest {
  /** Stands for the rows of the image: {@code [batch, 12]}. */
  private static final Arg ROWS = new Arg.StrArg("rows");

  /** {@code [batch, 3, 4]}. */
  private static final Arg TABLE = new Arg.StrArg("table");

  /** {@code [batch, 1, 2, 2]}. */
  private static final Arg MEAN = new Arg.StrArg("mean");

  private static Arg c2() {
    return numbers("v2", 2);
  }

  private static final Set<String> IN_PLACE =
      Set.of(
          "add",
          "sub",
          "mul",
          "div",
          "relu",
          "relu6",
          "hardtanh",
          "clamp",
          "clamp_min",
          "leaky_relu");

  private static Arg numbers(String name, long... sizes) {
    return constant(name, new float[(int) Shape.of(sizes).elements()], sizes);
  }

  static List<Arguments> cases() {
    Arg w = numbers("w", 2, 3, 1, 1);
    Arg c = numbers("c", 3);
    String conv = "Conv[strides=[2, 2], pads=[0, 1, 0, 1], dilations=[1, 1], groups=1,";
    return List.of(
        arguments("abs", List.of(x()), "Abs(input)"),
        arguments("exp", List.of(x()), "Exp(input)"),
        arguments("neg", List.of(x()), "Neg(input)"),
        arguments("sqrt", List.of(x()), "Sqrt(input)"),
        arguments("rsqrt", List.of(x()), "Div(rsqrt.one: f32[] {1.0}, rsqrt)"),
        arguments("reciprocal", List.of(x()), "Div(reciprocal.one: f32[] {1.0}, input)"),
        arguments("tanh", List.of(x()), "Tanh(input)"),
        arguments("sigmoid", List.of(x()), "Sigmoid(input)"),
        arguments("silu", List.of(x()), "silu_1 = Mul(input, silu)"),
        arguments("elu", List.of(x(), 0.5), "Elu[alpha=0.5](input)"),
        arguments("gelu", List.of(x()), "Gelu[approximate=false](input)"),
        arguments("hardsigmoid", List.of(x()), "HardSigmoid(input)"),
        arguments("hardswish", List.of(x()), "HardSwish(input)"),
        arguments("clamp_max", List.of(x(), 2), "Clip[min=-Infinity, max=2.0](input)"),
        arguments("rsub", List.of(x(), 1.0, 1), "Sub(rsub.other: f32[] {1.0}, input)"),
        arguments("add", List.of(x(), x(), 2), "add_1 = Add(input, add)"),
        arguments("maximum", List.of(x(), x()), "Max(input, input)"),
        arguments("minimum", List.of(x(), x()), "Min(input, input)"),
        arguments("max", List.of(x(), x()), "Max(input, input)"),
        arguments("max", List.of(x(), 1), ": f32[batch,2,2]"),
        arguments("pow", List.of(x(), 2), "pow = Mul(input, input)"),
        arguments("pow", List.of(x(), 1.5), "Pow(input, pow.exponent: f32[] {1.5})"),
        arguments("sum", List.of(x(), List.of(1), true), "ReduceSum[axes=[1]](input)"),
        arguments("amax", List.of(x(), List.of(-1), true), "ReduceMax[axes=[3]](input)"),
        arguments("amax", List.of(x(), List.of(2, 3), true), "MaxPool[kernel=[2, 2]"),
        arguments("mean", List.of(x(), List.of(1)), "Reshape[shape=[batch,2,2]](mean)"),
        arguments("softmax", List.of(x(), -3), "Softmax[axis=1](input)"),
        arguments("layer_norm", List.of(x(), List.of(2), c2(), c2()), "ReduceMean[axes=[1]]"),
        arguments("layer_norm", List.of(x(), List.of(2, 2)), "ReduceMean[axes=[2, 3]](input)"),
        arguments("group_norm", List.of(x(), 3, c, c), "Reshape[shape=[batch,3,4]](input)"),
        arguments(
            "instance_norm",
            List.of(x(), c, c, none(), none(), true, 0.1, 1e-5, true),
            "ReduceMean[axes=[2, 3]](input)"),
        arguments(
            "conv1d",
            List.of(TABLE, numbers("v", 2, 3, 3), none(), 1, 1),
            "pads=[0, 1, 0, 1], dilations=[1, 1], groups=1, activation=NONE](conv, "),
        arguments(
            "conv2d",
            List.of(x(), numbers("v", 2, 3, 2, 3), none(), 1, new Arg.StrArg("same")),
            "pads=[0, 1, 1, 1]"),
        arguments(
            "max_pool2d", List.of(x(), 2), "kernel=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0]"),
        arguments(
            "max_pool2d",
            List.of(x(), 1, 2, 0, 1, true),
            "kernel=[1, 1], strides=[2, 2], pads=[0, 0, 0, 0]"),
        arguments("max_pool2d_with_indices", List.of(x(), 2, 3, 1, 1, true), "pads=[1, 1, 1, 1]"),
        arguments("adaptive_max_pool2d", List.of(x(), List.of(1, 1)), "MaxPool[kernel=[2, 2]"),
        arguments("avg_pool2d", List.of(x(), 2), "AveragePool[kernel=[2, 2], strides=[2, 2]]"),
        arguments(
            "avg_pool2d",
            List.of(x(), 2, 1, 1, false, false),
            "avg_pool2d.divisor: f32[1,1,3,3] {4.0 2.0 4.0 2.0 1.0 2.0 4.0 2.0 4.0}"),
        arguments(
            "constant_pad_nd",
            List.of(x(), List.of(1, 2), 0.5),
            "Pad[pads=[0, 0, 0, 1, 0, 0, 0, 2], value=0.5](input)"),
        arguments("pad", List.of(x(), List.of(0, 0, 3, 0)), "pads=[0, 0, 3, 0, 0, 0, 0, 0], value"),
        arguments("cat", List.of(List.of(x(), x()), -3), "Concat[axis=1](input, input)"),
        arguments("stack", List.of(List.of(x(), x()), 1), ": f32[batch,2,3,2,2]"),
        arguments("slice", List.of(x(), 1, -2), "Slice[axis=1, start=1, end=3, step=1](input)"),
        arguments("select", List.of(x(), 1, -1), "Reshape[shape=[batch,2,2]](select)"),
        arguments("narrow", List.of(x(), 1, 1, 2), "Slice[axis=1, start=1, end=3, step=1](input)"),
        arguments("flip", List.of(x(), List.of(1)), "Gather[axis=1, indices=[2, 1, 0]](input)"),
        arguments(
            "index_select",
            List.of(x(), 1, constant("i", new float[] {2, -3}, 2)),
            "Gather[axis=1, indices=[2, 0]](input)"),
        arguments(
            "index",
            List.of(x(), List.of(none(), constant("i", new float[] {2, 0}, 2))),
            "Gather[axis=1, indices=[2, 0]](input)"),
        arguments("expand", List.of(MEAN, List.of(-1, 3, -1, -1)), "Tile[repeats=[1, 3, 1, 1]]"),
        arguments("repeat", List.of(x(), List.of(1, 2, 1, 1)), "Tile[repeats=[1, 2, 1, 1]](input)"),
        arguments("expand_as", List.of(MEAN, x()), "Tile[repeats=[1, 3, 1, 1]]"),
        arguments("transpose", List.of(x(), 1, -1), "Transpose[perm=[0, 3, 2, 1]](input)"),
        arguments("permute", List.of(x(), List.of(0, 2, 3, 1)), "perm=[0, 2, 3, 1]](input)"),
        arguments("t", List.of(ROWS), "Transpose[perm=[1, 0]](flatten) : f32[12,batch]"),
        arguments("view_as", List.of(ROWS, x()), "Reshape[shape=[batch,3,2,2]]"),
        arguments("unflatten", List.of(ROWS, 1, List.of(4, -1)), "Reshape[shape=[batch,4,3]]"),
        arguments("unsqueeze", List.of(ROWS, -1), "Reshape[shape=[batch,12,1]]"),
        arguments("squeeze", List.of(MEAN, 1), "Reshape[shape=[batch,2,2]]"),
        arguments("pixel_shuffle", List.of(x(), 1), "Reshape[shape=[batch,3,1,1,2,2]](input)"),
        arguments("pixel_unshuffle", List.of(x(), 2), ": f32[batch,12,1,1]"),
        arguments(
            "channel_shuffle", List.of(x(), 3), "Reshape[shape=[batch,1,3,2,2]](channel_shuffle)"),
        arguments(
            "upsample_nearest2d",
            List.of(x(), none(), List.of(2.0, 2.0)),
            "Resize[mode=NEAREST, height=4, width=4](input)"),
        arguments(
            "upsample_bilinear2d",
            List.of(x(), List.of(3, 5), true, none(), none()),
            "Resize[mode=LINEAR_ALIGN_CORNERS, height=3, width=5](input)"),
        arguments("bmm", List.of(TABLE, numbers("v", 1, 4, 2)), "MatMul"),
        arguments("baddbmm", List.of(c2(), TABLE, numbers("v", 1, 4, 2)), "Add(v2: f32[2]"),
        arguments("scaled_dot_product_attention", List.of(TABLE, TABLE, TABLE), "Softmax[axis=2]"),
        arguments("matmul", List.of(TABLE, numbers("v", 4, 2)), ": f32[batch*3,2]"),
        arguments("to", List.of(x(), 5), "output input"),
        arguments("type_as", List.of(x(), x()), "output input"),
        arguments("add", List.of(x(), x(), 1), "Add(input, input)"),
        arguments("add", List.of(x(), 2.0), "Add(input, add.other: f32[] {2.0})"),
        arguments("sub", List.of(x(), x(), 1), "Sub(input, input)"),
        arguments("mul", List.of(x(), x()), "Mul(input, input)"),
        arguments("div", List.of(x(), 127.5), "Div(input, div.other: f32[] {127.5})"),
        arguments("relu", List.of(x()), "Relu(input)"),
        arguments("relu6", List.of(x()), "Clip[min=0.0, max=6.0](input)"),
        arguments("hardtanh", List.of(x(), 0.0, 6.0), "Clip[min=0.0, max=6.0](input)"),
        arguments("clamp", List.of(x(), none(), 3), "Clip[min=-Infinity, max=3.0](input)"),
        arguments("clamp", List.of(x(), 0.5), "Clip[min=0.5, max=Infinity](input)"),
        arguments("clamp_min", List.of(x(), 1e-12), "Clip[min=1.0E-12, max=Infinity](input)"),
        arguments("leaky_relu", List.of(x(), 0.2), "LeakyRelu[alpha=0.2](input)"),
        arguments("prelu", List.of(x(), c), "PRelu(input, c: f32[3] {0.0 0.0 0.0})"),
        arguments("prelu", List.of(x(), numbers("s", 1)), "prelu.weight: f32[3] {0.0 0.0 0.0}"),
        arguments(
            "batch_norm",
            List.of(x(), none(), none(), c, c, false, 0.1, 1e-5, true),
            "bn.weight: f32[3] {1.0 1.0 1.0}, bn.bias: f32[3] {0.0 0.0 0.0}, c: f32[3]"),
        arguments(
            "adaptive_avg_pool2d", List.of(x(), List.of(1, 1)), "kernel=[2, 2], strides=[2, 2]"),
        arguments(
            "adaptive_avg_pool2d", List.of(x(), List.of(2, 1)), "kernel=[1, 2], strides=[1, 2]"),
        arguments("mean", List.of(x(), List.of(-1, -2), true, none()), "AveragePool[kernel=[2, 2]"),
        arguments("mean", List.of(x(), List.of(2, 3)), ": f32[batch,3]"),
        arguments(
            "_convolution",
            List.of(
                x(),
                w,
                none(),
                List.of(2, 2),
                List.of(0, 1),
                List.of(1, 1),
                false,
                List.of(0, 0),
                1,
                false,
                false,
                true,
                true),
            conv),
        arguments(
            "conv2d",
            List.of(x(), w, none(), List.of(2, 2), List.of(0, 1), List.of(1, 1), 1),
            conv),
        arguments(
            "conv2d", List.of(x(), w, numbers("b", 2)), "b: f32[2] {0.0 0.0}) : f32[batch,2,2,2]"),
        arguments("linear", List.of(ROWS, numbers("v", 2, 12), numbers("b", 2)), "Gemm"),
        arguments(
            "addmm", List.of(numbers("b", 2), ROWS, numbers("v", 12, 2), 1, 1), "f32[batch,2]"),
        arguments("matmul", List.of(ROWS, numbers("v", 12, 2)), "Gemm[activation=NONE]"),
        arguments("mm", List.of(ROWS, numbers("v", 12, 2)), "Gemm[activation=NONE]"),
        arguments("norm", List.of(ROWS, 2, List.of(1), true), "ReduceL2[axis=1]"),
        arguments("norm", List.of(ROWS, none(), List.of(-1), true), "ReduceL2[axis=1]"),
        arguments("linalg_vector_norm", List.of(ROWS, 2.0, List.of(1), true, none()), "ReduceL2"),
        arguments("frobenius_norm", List.of(ROWS, List.of(1), true), "ReduceL2[axis=1]"),
        arguments("flatten", List.of(x(), 1, -1), "Flatten(input)"),
        arguments("flatten", List.of(x(), 2), "Reshape[shape=[batch,3,4]](input)"),
        arguments("view", List.of(x(), List.of(-1, 12)), "Flatten(input)"),
        arguments("reshape", List.of(x(), List.of(-1, 6)), "Reshape[shape=[batch*2,6]](input)"));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("cases")
  void becomesNodes(String op, List<?> args, String expected) {
    Program p = new Program(1, 3, 2, 2);
    Map<Arg, Arg> prepared = new HashMap<>();
    if (args.contains(ROWS)) {
      prepared.put(ROWS, p.call("aten::flatten", x(), 1));
    }
    if (args.contains(TABLE)) {
      prepared.put(TABLE, p.call("aten::flatten", x(), 2));
    }
    if (args.contains(MEAN)) {
      prepared.put(MEAN, p.call("aten::mean", x(), List.of(1), true));
    }
    Object[] actual =
        args.stream().map(a -> a instanceof Arg b ? prepared.getOrDefault(b, b) : a).toArray();
    assertThat(text(p, p.call("aten::" + op, actual))).contains(expected);
    if (IN_PLACE.contains(op)) {
      Program q = new Program(1, 3, 2, 2);
      assertThat(text(q, q.call("aten::" + op + "_", actual))).contains(expected);
    }
  }

  private static String text(Program program, Arg output) {
    return GraphPrinter.print(
        TorchImporter.load(program.returning(output), Optional.empty()).graph());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("listCases")
  void becomesLists(String op, List<?> args, String expected) {
    Program p = new Program(1, 3, 2, 2);
    Arg list = p.call("aten::" + op, args.toArray());
    assertThat(text(p, p.call("aten::__getitem__", list, -1))).contains(expected);
  }

  static List<Arguments> listCases() {
    return List.of(
        arguments("split", List.of(x(), 2, 1), "Slice[axis=1, start=2, end=3, step=1](input)"),
        arguments("split_with_sizes", List.of(x(), List.of(2, 1), 1), "start=2, end=3"),
        arguments("chunk", List.of(x(), 2, 1), "start=2, end=3"),
        arguments("unbind", List.of(x(), 1), "Reshape[shape=[batch,2,2]](unbind_4)"));
  }

  @Test
  void everyListOperatorHasACase() {
    assertThat(listCases().stream().map(a -> "aten::" + a.get()[0]).toList())
        .containsExactlyInAnyOrderElementsOf(
            Ops.ALL.stream()
                .flatMap(d -> d.atenToList().keySet().stream())
                .map(AtenSchema::name)
                .toList());
  }

  @Test
  void everyOperatorHasACase() {
    Set<String> registered =
        Ops.ALL.stream()
            .map(OpDef::aten)
            .flatMap(m -> m.keySet().stream())
            .map(AtenSchema::name)
            .collect(Collectors.toSet());
    assertThat(cases().stream().map(a -> "aten::" + a.get()[0]).collect(Collectors.toSet()))
        .isEqualTo(registered);
  }
}

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
import java.util.List;
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
    Arg rows = args.contains(ROWS) ? p.call("aten::flatten", x(), 1) : none();
    Object[] actual = args.stream().map(a -> a.equals(ROWS) ? rows : a).toArray();
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

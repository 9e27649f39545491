package io.facekit.core.convert;

import static io.facekit.core.convert.Program.constant;
import static io.facekit.core.convert.Program.none;
import static io.facekit.core.convert.Program.x;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.facekit.core.convert.TorchImporter.Imported;
import io.facekit.core.convert.TorchImporter.InputSize;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.ir.GraphVerifier;
import io.facekit.core.tensor.Shape;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.TorchProgram;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TorchImporterTest {
  private final Program program = new Program(1, 1, 2, 2);

  private static Imported load(TorchProgram program) {
    Imported imported = TorchImporter.load(program, Optional.empty());
    assertThat(GraphVerifier.verify(imported.graph())).isEmpty();
    return imported;
  }

  private static String text(TorchProgram program) {
    return GraphPrinter.print(load(program).graph());
  }

  private static Problem problem(TorchProgram program) {
    FacekitException e =
        catchThrowableOfType(
            FacekitException.class, () -> TorchImporter.load(program, Optional.empty()));
    assertThat(e).isNotNull();
    assertThat(e.problems()).hasSize(1);
    return e.problems().get(0);
  }

  @Test
  void namesNodesByModulePath() {
    program.in("layer.conv");
    Arg conv =
        program.call(
            "aten::conv2d",
            x(),
            constant("layer.conv.weight", new float[] {1, 2}, 2, 1, 1, 1),
            none(),
            List.of(1, 1),
            List.of(0, 0),
            List.of(1, 1),
            1);
    program.in("head");
    Arg flat = program.call("aten::flatten", conv, 1);
    Arg relu = program.call("aten::relu", flat);
    assertThat(text(program.returning(relu)))
        .isEqualTo(
            """
            input input: f32[batch,1,2,2]
            layer.conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](input, layer.conv.weight: f32[2,1,1,1] {1.0 2.0}) : f32[batch,2,2,2]
            head.flatten = Flatten(layer.conv) : f32[batch,8]
            head.relu = Relu(head.flatten) : f32[batch,8]
            output head.relu
            """);
  }

  @Test
  void takesArgumentsByNameAndDefaults() {
    Arg clipped = program.callNamed("aten::hardtanh", Map.of("max_val", Program.arg(2.5)), x());
    Arg sum = program.callNamed("aten::add", Map.of("other", Program.arg(3)), clipped);
    assertThat(text(program.returning(sum)))
        .contains("hardtanh = Clip[min=-1.0, max=2.5](input)")
        .contains("add = Add(hardtanh, add.other: f32[] {3.0})");
  }

  @Test
  void foldsArithmeticOnSizes() {
    Arg batch =
        program.call(
            "aten::Int", program.call("prim::NumToTensor", program.call("aten::size", x(), 0)));
    Arg h = program.call("aten::size", x(), 2);
    Arg w = program.call("aten::size", x(), -1);
    Arg area = program.call("aten::mul", h, w);
    Imported imported =
        load(program.returning(program.call("aten::view", x(), List.of(batch, area))));
    assertThat(GraphPrinter.print(imported.graph())).contains("= Flatten(input) : f32[batch,4]");
    assertThat(imported.notes()).isEmpty();
  }

  @Test
  void freesABatchThatWasTracedIn() {
    Imported imported = load(program.returning(program.call("aten::view", x(), List.of(1, -1))));
    assertThat(imported.graph().outputs().get(0).type()).hasToString("f32[batch,4]");
    assertThat(imported.notes())
        .containsExactly("net.pt!code/net.py:1: the batch size 1 was fixed here; it is free now");
  }

  @Test
  void freesATracedBatchOfMoreThanOne() {
    Program two = new Program(2, 3, 4, 4);
    Imported imported = load(two.returning(two.call("aten::reshape", x(), List.of(2, 12, 4))));
    assertThat(imported.graph().outputs().get(0).type()).hasToString("f32[batch,12,4]");
    assertThat(imported.notes()).hasSize(1);
  }

  @Test
  void refusesAShapeThatMixesTheBatchIn() {
    Problem p = problem(program.returning(program.call("aten::view", x(), List.of(3, -1))));
    assertThat(p.id()).isIn(ErrorId.TS_ARGUMENT, ErrorId.GRAPH_SHAPE);
  }

  @Test
  void anInPlaceCallChangesEveryNameOfItsTensor() {
    Arg leaky = program.call("aten::leaky_relu", x(), 0.5);
    Arg alias = program.call("aten::detach", leaky);
    program.call("aten::relu_", leaky);
    Arg sum = program.call("aten::add", alias, leaky, 1);
    assertThat(text(program.returning(sum)))
        .contains("relu = Relu(leaky_relu)")
        .contains("add = Add(relu, relu)");
  }

  @Test
  void anInPlaceCallLeavesACopyAlone() {
    Arg copy = program.call("aten::clone", x(), none());
    Arg second = program.call("aten::clone", x(), none());
    program.call("aten::relu_", copy);
    Arg sum = program.call("aten::add", x(), copy, 1);
    assertThat(text(program.returning(program.call("aten::mul", sum, second))))
        .contains("add = Add(input, relu)")
        .contains("mul = Mul(add, input)");
  }

  @Test
  void listsAllUnknownOperators() {
    Arg grid = program.in("stn").call("aten::affine_grid_generator", x(), List.of(1), true);
    Arg a = program.call("aten::grid_sampler", x(), grid, 0, 0, true);
    Arg b = program.call("aten::grid_sampler", a, grid, 0, 0, true);
    TorchProgram net = program.returning(program.call("aten::relu", b));
    FacekitException e =
        catchThrowableOfType(
            FacekitException.class, () -> TorchImporter.load(net, Optional.empty()));
    assertThat(e.problems())
        .extracting(Problem::id, Problem::what, Problem::found, Problem::at)
        .containsExactly(
            tuple(
                ErrorId.TS_OPERATOR,
                "operator aten::affine_grid_generator has no lowering",
                "1 call",
                "stn (net.pt!code/net.py:1)"),
            tuple(
                ErrorId.TS_OPERATOR,
                "operator aten::grid_sampler has no lowering",
                "2 calls",
                "stn (net.pt!code/net.py:2), stn (net.pt!code/net.py:3)"));
  }

  @Test
  void dropoutIsNothingUnlessItIsActive() {
    Arg off = program.call("aten::dropout", x(), 0.5, false);
    assertThat(text(program.returning(program.call("aten::relu", off)))).contains("Relu(input)");
    for (String op : List.of("aten::dropout", "aten::dropout_", "aten::feature_dropout")) {
      Program p = new Program(1, 1, 2, 2);
      assertThat(problem(p.returning(p.call(op, x(), 0.5, true))).id())
          .isEqualTo(ErrorId.TS_TRAINING);
    }
  }

  @Test
  void refusesTraining() {
    Arg y = program.call("aten::relu", x());
    assertThat(problem(program.training().returning(y)).id()).isEqualTo(ErrorId.TS_TRAINING);
  }

  @Test
  void refusesOtherSignatures() {
    Arg y = program.call("aten::relu", x());
    assertThat(problem(program.returning()).id()).isEqualTo(ErrorId.TS_SIGNATURE);
    assertThat(problem(program.returning(Program.arg(3))).id()).isEqualTo(ErrorId.TS_SIGNATURE);
    assertThat(problem(program.returning(constant("c", new float[1], 1))).id())
        .isEqualTo(ErrorId.TS_SIGNATURE);
    assertThat(problem(program.input(1, 1, 2, 2).returning(y)).id())
        .isEqualTo(ErrorId.TS_SIGNATURE);
  }

  @Test
  void takesTheSizeFromTheTraceTheCallerOrTheUsual() {
    Program p = new Program(1, 1, 30, 20);
    TorchProgram traced = p.returning(p.call("aten::relu", x()));
    assertThat(load(traced).inputSize()).isEqualTo(new InputSize(30, 20));
    Imported wanted = TorchImporter.load(traced, Optional.of(new InputSize(8, 9)));
    assertThat(wanted.graph().inputs().get(0).type()).hasToString("f32[batch,1,8,9]");
    Program untraced = new Program();
    Imported usual = load(untraced.returning(untraced.call("aten::relu", x())));
    assertThat(usual.graph().inputs().get(0).type()).hasToString("f32[batch,3,112,112]");
  }

  @Test
  void namesThePlaceOfWhatItCannotTake() {
    Arg weight = constant("w", new float[] {1, 2}, 1, 2, 1, 1);
    assertRefused(ErrorId.TS_ARGUMENT, "alpha", "aten::rsub", x(), x(), 2);
    assertRefused(ErrorId.TS_ARGUMENT, "a cast of f32[batch,1,2,2] to", "aten::to", x(), 4);
    assertRefused(ErrorId.TS_ARGUMENT, "sizes only", "aten::floor_divide", x(), 2);
    assertRefused(ErrorId.TS_ARGUMENT, "division that rounds", "aten::div", x(), 2, FLOOR);
    assertRefused(ErrorId.TS_ARGUMENT, "axis 4 of 4 axes", "aten::softmax", x(), 4);
    assertRefused(ErrorId.TS_ARGUMENT, "a part of the batch", "aten::select", x(), 0, 0);
    assertRefused(ErrorId.TS_ARGUMENT, "a part of the batch", "aten::slice", x(), 0, 1);
    assertRefused(ErrorId.TS_ARGUMENT, "a slice from 2 to 1", "aten::slice", x(), 2, 2, 1);
    assertRefused(ErrorId.TS_ARGUMENT, "expanding 2 to 3", "aten::expand", x(), SIZES);
    assertRefused(ErrorId.TS_ARGUMENT, "a list of tensors", "aten::cat", List.of(x(), 1), 1);
    assertRefused(ErrorId.TS_ARGUMENT, "padding of", "aten::constant_pad_nd", x(), List.of(-1, 0));
    assertRefused(ErrorId.TS_ARGUMENT, "indexing by", "aten::index_select", x(), 1, x());
    assertRefused(ErrorId.TS_ARGUMENT, "adaptive pooling", "aten::adaptive_avg_pool2d", x(), ODD);
    assertRefused(ErrorId.GRAPH_SHAPE, "along axis 0", "aten::mean", x());
    assertRefused(ErrorId.GRAPH_SHAPE, "the product of", "aten::bmm", x(), weight);
    assertRefused(ErrorId.TS_ARGUMENT, "a shuffle of 1 by 4", "aten::pixel_shuffle", x(), 2);
    assertRefused(
        ErrorId.TS_ARGUMENT,
        "scales [1.3, 1.3] that do not divide",
        "aten::upsample_nearest2d",
        x(),
        none(),
        List.of(1.3, 1.3));
    assertRefused(ErrorId.TS_ARGUMENT, "needs a tensor as self", "aten::relu", none());
    assertRefused(ErrorId.TS_ARGUMENT, "2 arguments", "aten::relu", x(), x());
    assertRefused(ErrorId.TS_ARGUMENT, "without weight", "aten::prelu", x());
    assertRefused(ErrorId.TS_ARGUMENT, "argument 1 is missing", "aten::contiguous");
    assertRefused(ErrorId.TS_ARGUMENT, "argument 3 is missing", "aten::dropout", x(), 0.5);
    assertRefused(ErrorId.TS_ARGUMENT, "an axis that does not exist", "aten::size", x(), 4);
    assertRefused(ErrorId.TS_ARGUMENT, "two open sizes", "aten::view", x(), List.of(-1, -1));
    assertRefused(ErrorId.TS_ARGUMENT, "the transpose of f32", "aten::t", x());
    assertRefused(ErrorId.GRAPH_SHAPE, "does not fit weight", "aten::conv2d", x(), weight);
    assertRefused(ErrorId.TS_ARGUMENT, "norm of order 1", "aten::norm", x(), 1, List.of(1), true);
  }

  private static final Arg FLOOR = new Arg.StrArg("floor");
  private static final List<Integer> SIZES = List.of(-1, 1, 2, 3);
  private static final List<Integer> ODD = List.of(3, 3);

  /** Two calls of one module that make up a number each. */
  @Test
  void keepsNumbersOfTheSameCallApart() {
    Arg once = program.call("aten::add", x(), 2.0);
    assertThat(text(program.returning(program.call("aten::add", once, 3.0))))
        .contains("add.other: f32[] {2.0}")
        .contains("add.other_1: f32[] {3.0}");
  }

  @Test
  void bindsEveryResultOfACall() {
    Arg list = program.call("aten::chunk", x(), 2, 2);
    List<Arg> parts = program.several("prim::ListUnpack", 2, list);
    List<Arg> sizes = program.several("aten::split_with_sizes", 2, x(), List.of(1, 1), 3);
    List<Arg> max = program.several("aten::max", 2, x(), 2, true);
    Arg sum = program.call("aten::add", parts.get(0), parts.get(1));
    assertThat(text(program.returning(sum, sizes.get(1), max.get(0))))
        .contains("add = Add(chunk, chunk_1)")
        .contains("split_with_sizes_1 = Slice[axis=3, start=1, end=2, step=1](input)")
        .contains("max = ReduceMax[axes=[2]](input)");
    Program wrong = new Program(1, 1, 2, 2);
    List<Arg> three = wrong.several("aten::chunk", 3, x(), 2, 2);
    assertThat(problem(wrong.returning(three.get(0))).what()).contains("2 values for 3 names");
  }

  @Test
  void calculatesWithSizes() {
    Arg batch = program.call("aten::size", x(), 0);
    Arg height = program.call("aten::size", x(), 2);
    Arg two = constant("two", new float[] {2});
    Arg half = program.call("aten::floor_divide", program.call("prim::NumToTensor", height), two);
    Arg less = program.call("aten::sub", program.call("aten::Int", half), 2);
    Arg more = program.call("aten::add", program.call("aten::mul", batch, 4), batch);
    Arg same = program.call("aten::floordiv", more, 5);
    assertThat(text(program.returning(program.call("aten::view", x(), List.of(same, less)))))
        .contains("view = Flatten(input) : f32[batch,4]");
    Program wrong = new Program(1, 1, 2, 2);
    Arg size = wrong.call("aten::size", x(), 0);
    Arg sum = wrong.call("aten::add", size, 1);
    assertThat(problem(wrong.returning(wrong.call("aten::view", x(), List.of(sum, -1)))).what())
        .contains("arithmetic on the batch size");
  }

  @Test
  void keepsPixelsUntilTheyAreCast() {
    Program pixels = new Program().pixels(1, 3, 2, 2);
    Arg x = pixels.call("aten::to", x(), 6, false, false, none());
    Arg swapped = pixels.call("aten::flip", x, List.of(1));
    Arg centred = pixels.call("aten::sub", swapped, 127);
    assertThat(text(pixels.returning(pixels.call("aten::to", centred, 5))))
        .contains("input input: u8[batch,3,2,2]")
        .contains("to = Cast[to=FLOAT32](input) : f32[batch,3,2,2]")
        .contains("flip = Gather[axis=1, indices=[2, 1, 0]](to)")
        .contains("output sub");
    Program divided = new Program().pixels(1, 3, 2, 2);
    assertThat(text(divided.returning(divided.call("aten::div", x(), 255))))
        .contains("div = Cast[to=FLOAT32](input)")
        .contains("div_1 = Div(div, div.other: f32[] {255.0})");
    Program wrapped = new Program().pixels(1, 3, 2, 2);
    assertThat(problem(wrapped.returning(wrapped.call("aten::sub", x(), 127))).what())
        .contains("arithmetic on u8[batch,3,2,2]");
  }

  @Test
  void foldsNumbersInTensors() {
    Arg four = constant("four", new float[] {4});
    Arg root = program.call("aten::pow", four, -0.5);
    assertThat(text(program.returning(program.call("aten::mul", x(), root))))
        .contains("Mul(input, pow_1: f32[] {0.5})");
  }

  private static void assertRefused(ErrorId id, String what, String op, Object... args) {
    Program p = new Program(1, 1, 2, 2);
    Problem problem = problem(p.in("m").returning(p.call(op, args)));
    assertThat(problem.id()).as(what).isEqualTo(id);
    assertThat(problem.what()).contains(what).startsWith(op);
    assertThat(Objects.requireNonNull(problem.at())).isEqualTo("m (net.pt!code/net.py:1)");
  }

  @Test
  void readsNormalizationOfRows() {
    Arg flat = program.call("aten::flatten", x(), 1);
    Arg norm = program.call("aten::norm", flat, 2, List.of(-1), true);
    Arg safe = program.call("aten::clamp_min", norm, 1e-12);
    Arg wide = program.call("aten::expand_as", safe, flat);
    assertThat(text(program.returning(program.call("aten::div", flat, wide))))
        .contains("norm = ReduceL2[axis=1](flatten)")
        .contains("clamp_min = Clip[min=1.0E-12, max=Infinity](norm)")
        .contains("expand_as = Tile[repeats=[1, 4]](clamp_min)")
        .contains("div = Div(flatten, expand_as)");
  }

  @Test
  void readsProducts() {
    Arg flat = program.call("aten::flatten", x(), 1);
    Arg w = constant("w", new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2);
    Arg b = constant("b", new float[] {1, 2}, 2);
    Arg a = program.call("aten::addmm", b, flat, w);
    Arg m = program.call("aten::matmul", flat, w);
    Arg t = program.call("aten::t", constant("v", new float[] {1, 3, 5, 7, 2, 4, 6, 8}, 2, 4));
    Arg l = program.call("aten::mm", flat, t);
    String codes = "f32[2,4] {1.0 3.0 5.0 7.0 2.0 4.0 6.0 8.0}";
    assertThat(text(program.returning(a, m, l)))
        .contains("addmm = Gemm[activation=NONE](flatten, addmm.weight: " + codes + ", b: f32[2]")
        .contains("matmul = Gemm[activation=NONE](flatten, matmul.weight: " + codes + ")")
        .contains("mm = Gemm[activation=NONE](flatten, mm.weight: " + codes + ")");
  }

  @Test
  void callsOfOneModuleHaveConstantsOfTheirOwn() {
    Program p = new Program(1, 3, 4, 4).in("scale");
    Arg.Ref twice = p.call("aten::mul", x(), 2.0);
    Arg.Ref rows = p.call("aten::flatten", p.call("aten::mul", twice, 3.0), 1, -1);
    Arg.Ref first = p.call("aten::t", Program.constant("a", new float[96], 2, 48));
    Arg.Ref second = p.call("aten::t", Program.constant("b", new float[10], 5, 2));
    Arg.Ref product = p.call("aten::mm", p.call("aten::mm", rows, first), second);
    Graph graph = TorchImporter.load(p.returning(product), Optional.empty()).graph();
    assertThat(GraphPrinter.print(graph)).contains("{2.0}", "{3.0}", "[2,48]", "[5,2]");
    assertThat(graph.outputs().get(0).type().shape()).isEqualTo(Shape.batched(5));
  }
}

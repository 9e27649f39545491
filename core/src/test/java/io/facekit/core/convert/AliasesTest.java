package io.facekit.core.convert;

import static io.facekit.core.convert.Program.constant;
import static io.facekit.core.convert.Program.none;
import static io.facekit.core.convert.Program.x;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Shape;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.TorchProgram;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes in place, next to tensors that share their elements. */
class AliasesTest {
  private final Program program = new Program(1, 1, 2, 2);

  private static String text(TorchProgram program) {
    return GraphPrinter.print(TorchImporter.load(program, Optional.empty()).graph());
  }

  private static Problem problem(TorchProgram program) {
    FacekitException e = catchThrowableOfType(FacekitException.class, () -> text(program));
    assertThat(e).isNotNull();
    assertThat(e.problems()).hasSize(1);
    return e.problems().get(0);
  }

  private static Arg view(Program program, String op, Arg base) {
    return switch (op) {
      case "aten::view", "aten::reshape" -> program.call(op, base, List.of(1, 4));
      case "aten::flatten", "aten::unsqueeze" -> program.call(op, base, 1);
      case "aten::slice" -> program.call(op, base, 2, 0, 1);
      case "aten::select" -> program.call(op, base, 2, 0);
      case "aten::transpose" -> program.call(op, base, 2, 3);
      case "aten::permute" -> program.call(op, base, List.of(0, 1, 3, 2));
      case "aten::chunk" -> program.call("aten::__getitem__", program.call(op, base, 2, 3), 0);
      case "aten::to" -> program.call(op, base, 6);
      case "aten::type_as", "aten::expand_as" -> program.call(op, base, x());
      case "aten::dropout", "aten::feature_dropout", "aten::alpha_dropout" ->
          program.call(op, base, 0.5, false);
      default -> program.call(op, base);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aten::view",
        "aten::reshape",
        "aten::flatten",
        "aten::to",
        "aten::type_as",
        "aten::expand_as",
        "aten::contiguous",
        "aten::slice",
        "aten::select",
        "aten::transpose",
        "aten::permute",
        "aten::unsqueeze",
        "aten::chunk"
      })
  void aViewAndItsBaseAreNotReadAfterTheOtherWasWritten(String op) {
    for (boolean writesView : new boolean[] {true, false}) {
      for (boolean asOutput : new boolean[] {true, false}) {
        Program p = new Program(1, 1, 2, 2);
        Arg base = p.call("aten::relu", x());
        Arg view = view(p, op, base);
        p.in("net").call("aten::mul_", writesView ? view : base, 2.0);
        Arg read = writesView ? base : view;
        Problem problem =
            problem(p.returning(asOutput ? read : p.call("aten::leaky_relu", read, 0.1)));
        assertThat(problem.id()).isEqualTo(ErrorId.TS_ALIAS);
        assertThat(problem.what()).startsWith("aten::mul_ writes");
        assertThat(problem.at()).startsWith("net (net.pt!code/net.py:");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"aten::view", "aten::reshape", "aten::flatten"})
  void onlyTheSizeOfWhatMayHaveChangedIsRead(String op) {
    Arg base = program.call("aten::relu", x());
    Arg view = view(program, op, base);
    program.call("aten::mul_", view, 2.0);
    Arg batch = program.call("aten::size", base, 0);
    Arg out = program.call("aten::view", view, List.of(batch, -1));
    String name = op.substring(6);
    assertThat(text(program.returning(out)))
        .contains(name + " = Flatten(relu)", "mul = Mul(" + name + ", ", "output mul");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aten::detach",
        "aten::alias",
        "aten::dropout",
        "aten::feature_dropout",
        "aten::alpha_dropout"
      })
  void otherNamesOfATensorChangeWithIt(String op) {
    for (boolean writesView : new boolean[] {true, false}) {
      Program p = new Program(1, 1, 2, 2);
      Arg base = p.call("aten::leaky_relu", x(), 0.5);
      Arg name = view(p, op, base);
      p.call("aten::relu_", writesView ? name : base);
      assertThat(text(p.returning(p.call("aten::add", base, name))))
          .contains("add = Add(relu, relu)");
    }
  }

  @Test
  void aViewOfTheSameShapeIsAnotherName() {
    Arg base = program.call("aten::leaky_relu", x(), 0.5);
    Arg view = program.call("aten::view", base, List.of(-1, 1, 2, 2));
    program.call("aten::relu_", view);
    assertThat(text(program.returning(program.call("aten::add", base, view))))
        .contains("add = Add(relu, relu)");
  }

  @Test
  void theResultOfAWriteIsTheTensorItself() {
    Arg base = program.call("aten::leaky_relu", x(), 0.5);
    Arg first = program.call("aten::add_", base, 1.0);
    Arg second = program.call("aten::mul_", first, 2.0);
    program.call("aten::relu_", base);
    Arg sum = program.call("aten::add", first, second);
    assertThat(text(program.returning(sum)))
        .contains("mul = Mul(add, ", "relu = Relu(mul)", "add_1 = Add(relu, relu)");
  }

  @Test
  void viewsOfViewsShareWithAllOfThem() {
    for (int written = 0; written < 4; written++) {
      for (int read = 0; read < 4; read++) {
        Program p = new Program(1, 1, 2, 2);
        Arg base = p.call("aten::relu", x());
        Arg flat = p.call("aten::flatten", base, 1);
        Arg back = p.call("aten::view", flat, List.of(1, 2, 2, 1));
        Arg sibling = p.call("aten::reshape", base, List.of(1, 4, 1));
        List<Arg> all = List.of(base, flat, back, sibling);
        p.call("aten::mul_", all.get(written), 2.0);
        TorchProgram result = p.returning(p.call("aten::leaky_relu", all.get(read), 0.1));
        if (read == written) {
          assertThat(text(result)).contains("leaky_relu = LeakyRelu[alpha=0.1](mul)");
        } else {
          assertThat(problem(result).id()).isEqualTo(ErrorId.TS_ALIAS);
        }
      }
    }
  }

  @Test
  void aViewTakenAfterTheWriteIsFine() {
    Arg base = program.call("aten::relu", x());
    program.call("aten::flatten", base, 1);
    program.call("aten::mul_", base, 2.0);
    Arg after = program.call("aten::flatten", base, 1);
    assertThat(text(program.returning(after))).contains("(mul)");
  }

  @Test
  void theInputIsATensorLikeOthers() {
    Arg flat = program.call("aten::flatten", x(), 1);
    program.call("aten::sub_", x(), 127.5);
    assertThat(problem(program.returning(flat)).id()).isEqualTo(ErrorId.TS_ALIAS);
    Program p = new Program(1, 1, 2, 2);
    p.call("aten::sub_", x(), 127.5);
    assertThat(text(p.returning(p.call("aten::relu", x())))).contains("relu = Relu(sub)");
  }

  @Test
  void weightsAreNotWritten() {
    Arg weight = constant("w", new float[] {1, 2, 3, 4}, 2, 2);
    Program direct = new Program(1, 1, 2, 2);
    direct.call("aten::add_", weight, 1);
    Program transposed = new Program(1, 1, 2, 2);
    transposed.call("aten::mul_", transposed.call("aten::t", weight), 2.0);
    Program viewed = new Program(1, 1, 2, 2);
    viewed.call("aten::mul_", viewed.call("aten::view", weight, List.of(4)), 2.0);
    for (Program p : List.of(direct, transposed, viewed)) {
      Problem problem = problem(p.returning(p.call("aten::relu", x())));
      assertThat(problem.id()).isEqualTo(ErrorId.TS_ALIAS);
      assertThat(problem.what()).endsWith("_ writes into a weight of the model");
    }
  }

  @Test
  void aCopyTakesTheValuesOfAnotherTensor() {
    Arg target = program.call("aten::leaky_relu", x(), 0.5);
    Arg source = program.call("aten::relu", x());
    Arg copied = program.call("aten::copy_", target, source);
    program.call("aten::mul_", target, 2.0);
    Arg sum = program.call("aten::add", copied, source);
    assertThat(text(program.returning(sum))).contains("mul = Mul(relu, ", "add = Add(mul, relu)");
  }

  @Test
  void aCopyIntoAViewOrOfAnotherShapeIsRefused() {
    Arg base = program.call("aten::relu", x());
    Arg flat = program.call("aten::flatten", base, 1);
    program.call("aten::copy_", flat, program.call("aten::mul", flat, 2.0));
    assertThat(problem(program.returning(base)).id()).isEqualTo(ErrorId.TS_ALIAS);
    Program p = new Program(1, 1, 2, 2);
    Arg y = p.call("aten::relu", x());
    p.call("aten::copy_", y, p.call("aten::flatten", x(), 1));
    assertThat(problem(p.returning(y)).what()).contains("another shape");
  }

  @Test
  void aWriteKeepsTheShape() {
    Arg flat = program.call("aten::flatten", x(), 1);
    Arg norm = program.call("aten::norm", flat, 2, List.of(1), true);
    program.call("aten::add_", norm, flat);
    Problem problem = problem(program.returning(norm));
    assertThat(problem.id()).isEqualTo(ErrorId.TS_ALIAS);
    assertThat(problem.what()).isEqualTo("aten::add_ gives its tensor another shape or type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aten::squeeze_",
        "aten::unsqueeze_",
        "aten::t_",
        "aten::transpose_",
        "aten::resize_",
        "aten::as_strided_",
        "aten::set_"
      })
  void shapesAreNotChangedInPlace(String op) {
    Arg y = program.call("aten::relu", x());
    program.call(op, y);
    Problem problem = problem(program.returning(y));
    assertThat(problem.id()).isEqualTo(ErrorId.TS_ALIAS);
    assertThat(problem.what()).isEqualTo(op + " changes the shape of a tensor in place");
  }

  @Test
  void outIsNotTaken() {
    Arg y = program.call("aten::relu", x());
    program.callNamed("aten::mul", Map.of("out", y), x(), 2.0);
    assertThat(problem(program.returning(y)).what()).contains("the argument out is not supported");
    Program p = new Program(1, 1, 2, 2);
    Arg z = p.callNamed("aten::mul", Map.of("out", none()), x(), 2.0);
    assertThat(text(p.returning(z))).contains("mul = Mul(input");
  }

  @Test
  void anElementOfAListIsTheTensorInIt() {
    Value value = new Graph().addInput("x", TensorType.f32(Shape.batched(1, 2, 2)));
    Bound.Tensor base = new Bound.Tensor(value);
    Aliases aliases = new Aliases();
    aliases.add(base);
    Bound.Tensor part = aliases.made(call("aten::unsafe_chunk"), Optional.of(base), false, base);
    assertThat(part).isNotEqualTo(base);
    for (String op : List.of("aten::__getitem__", "prim::ListUnpack")) {
      assertThat(aliases.made(call(op), Optional.empty(), true, part)).isEqualTo(part);
    }
    assertThat(aliases.overlap(base, part)).isTrue();
    Bound.Tensor other = aliases.made(call("aten::relu"), Optional.of(base), false, base);
    assertThat(other).isNotEqualTo(base);
    assertThat(aliases.overlap(base, other)).isFalse();
  }

  private static Call call(String op) {
    return new Call(op, List.of(), Map.of(), List.of(1), "", "net.pt!code/net.py:1");
  }

  /** So that a new operator without a node is not taken for one that makes a new tensor. */
  @Test
  void operatorsWithoutANodeAreViews() {
    Set<String> newOrNoTensor =
        Set.of(
            "aten::size",
            "aten::Int",
            "aten::IntImplicit",
            "aten::ScalarImplicit",
            "aten::__getitem__",
            "aten::floor_divide",
            "aten::floordiv",
            "aten::len",
            "aten::clone",
            "aten::copy",
            "prim::ListUnpack",
            "prim::NumToTensor",
            "prim::TupleUnpack");
    assertThat(AtenStructure.names())
        .allMatch(op -> AtenAliases.isView(op) || newOrNoTensor.contains(op));
  }
}

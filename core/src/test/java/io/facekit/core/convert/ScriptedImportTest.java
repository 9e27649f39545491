package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.facekit.core.convert.TorchImporter.Imported;
import io.facekit.core.convert.TorchImporter.InputSize;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.ir.GraphVerifier;
import io.facekit.core.torch.TestArchive;
import io.facekit.core.torch.TorchProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Control flow is decided while a script is read; the input is {@code [batch,3,4,6]}. */
class ScriptedImportTest {
  private static final Optional<InputSize> SIZE = Optional.of(new InputSize(4, 6));

  @TempDir Path folder;

  private Imported load(TestArchive archive) {
    try {
      Path file = Files.write(folder.resolve("net.pt"), archive.bytes());
      TorchProgram program = TorchImporter.read(file, SIZE);
      Imported imported = TorchImporter.load(program, SIZE);
      assertThat(GraphVerifier.verify(imported.graph())).isEmpty();
      return imported;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The nodes of a forward method, by name, in order. */
  private String nodes(String body) {
    return load(TestArchive.withForward(body)).graph().nodes().stream()
        .map(n -> n.name())
        .collect(Collectors.joining(" "));
  }

  private String graph(String body) {
    return GraphPrinter.print(load(TestArchive.withForward(body)).graph());
  }

  private List<Problem> problems(TestArchive archive) {
    try {
      load(archive);
    } catch (FacekitException e) {
      return e.problems();
    }
    throw new AssertionError("it was read");
  }

  private Problem problem(String body) {
    List<Problem> problems = problems(TestArchive.withForward(body));
    assertThat(problems).hasSize(1);
    return problems.get(0);
  }

  /** Conditions as the serializer writes them, and as a person would. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "True",
        "torch.eq(torch.dim(x), 4)",
        "torch.eq(torch.len(torch.size(x)), 4)",
        "torch.eq((torch.size(x))[-1], 6)",
        "torch.eq(torch.size(x, -2), torch.sub(torch.size(x, 1), -1))",
        "torch.eq(torch.size(torch.flatten(x, 1), 1), 72)",
        "torch.eq(torch.size(self.w), [2])",
        "torch.gt(torch.numel(x), 1)",
        "torch.ne(torch.size(x, 0), 0)",
        "torch.ge(torch.mul(torch.size(x, 0), 4), 4)",
        "torch.eq(torch.floordiv(torch.mul(torch.size(x, 0), 12), 4), torch.mul(3, torch.size(x, 0)))",
        "torch.ne(torch.size(x), torch.size(torch.flatten(x, 1)))",
        "torch.eq(torch.size(x), torch.size(torch.relu(x)))",
        "torch.__is__(None, None)",
        "torch.__isnot__(x, None)",
        "torch.__not__(self.training)",
        "torch.__contains__([\"nearest\", \"area\"], \"area\")",
        "torch.__and__(torch.lt(0.5, 1), torch.le(2., 2))",
        "torch.__or__(False, torch.eq(self.scale, 0.5))",
        "torch.eq(torch.remainder(-7, 3), 2)",
        "torch.eq(torch.floordiv(-7, 2), -4)",
        "torch.eq(torch.div(7, 2), 3.5)",
        "torch.eq(int(3.9), int(float(3)))",
        "torch.eq(torch.floor(2.5), torch.sub(torch.ceil(2.5), 1))",
        "torch.eq(ops.prim.max(1, ops.prim.min(2, 3)), 2)",
        "torch.eq(torch.__range_length(2, 9, 3), 3)",
        "torch.eq(torch.__derive_index(2, 5, -1), 3)",
        "torch.eq(ops.prim.layout(x), 0)",
        "torch.__contains__([\"cpu\", \"cuda\"], ops.prim.type(ops.prim.device(x)))",
        "torch.eq(torch.format(\"{} of {}\", 1, [2, 3]), \"1 of [2, 3]\")",
        "torch.eq(torch.add(\"a\", str(1)), \"a1\")",
        "torch.eq(torch.slice([1, 2, 3, 4], 1, None, 2), [2, 4])",
        "torch.eq((1, 2, 3)[1:], (2, 3))",
        "torch.eq(torch.add([1], torch.mul([2], 2)), [1, 2, 2])",
        "torch.eq(torch.sum([1, 2, 3]), 6)",
        "torch.eq(torch.len({\"a\": 1}), 1)",
        "torch.__contains__({\"a\": 1}, \"a\")",
        "torch.eq({\"a\": 7}[\"a\"], 7)",
        "not self.training and x is not None",
        "self.training or x.size is None or 1 + 2 * 3 == 7",
        "1 if self.training else 2",
        "\"a\" not in [\"b\"] and 2 in [1, 2] and 7 // 2 != 7 % 2",
        "unchecked_cast(bool, annotate(Optional[bool], True))",
        "ops.prim.unchecked_unwrap_optional(True)"
      })
  void conditionsThatHold(String condition) {
    String body =
        "if "
            + condition.replace("x.size", "None")
            + ":\n  y = torch.relu(x)\nelse:\n"
            + "  y = torch.no_such_operator(x)\nreturn y\n";
    assertThat(nodes(body)).contains("relu").doesNotContain("no_such");
    String inverse =
        "if torch.__not__(bool("
            + condition.replace("x.size", "None")
            + ")):\n"
            + "  ops.prim.RaiseException(\"no\")\nelse:\n  pass\nreturn torch.relu(x)\n";
    assertThat(nodes(inverse)).contains("relu");
  }

  @Test
  void elifChainsTakeTheFirstThatHolds() {
    String body =
        """
        n = torch.size(x, 1)
        if n == 1:
          y = torch.neg(x)
        elif n < 3:
          y = torch.neg(x)
        elif n == 3:
          y = torch.relu(x)
        elif n == 3:
          y = torch.neg(x)
        else:
          y = torch.neg(x)
        return y
        """;
    assertThat(nodes(body)).isEqualTo("relu");
  }

  @Test
  void loopsAreUnrolled() {
    String body =
        """
        outs = annotate(List[Tensor], [])
        y = x
        for i in range(torch.size(x, 1)):
          if torch.eq(i, 1):
            y0 = torch.relu(y)
          else:
            y0 = torch.mul(y, float(torch.add(i, 2)))
          _0 = torch.append(outs, y0)
          y = y0
        s = outs[0]
        for t in torch.slice(outs, 1):
          s = torch.add(s, t)
        return s
        """;
    assertThat(nodes(body)).isEqualTo("mul relu mul_1 add add_1");
    assertThat(graph(body)).contains("mul.other: f32[] {2.0}", "mul.other_1: f32[] {4.0}");
  }

  /** As torch.jit serializes {@code while i < 3}, and a for loop with break and continue. */
  @Test
  void whileLoopsRunUntilTheirConditionFails() {
    String body =
        """
        _0 = uninitialized(Tensor)
        _1 = uninitialized(bool)
        y = x
        i = 0
        _2 = torch.lt(0, 3)
        while _2:
          y0 = torch.relu(y)
          i0 = torch.add(i, 1)
          _2, y, i = torch.lt(i0, 3), y0, i0
        _3, _4 = 0, True
        while _4:
          if torch.eq(_3, 2):
            _5, _6, _7, _8, _9 = True, False, y, _1, _0
          else:
            if torch.eq(_3, 0):
              _10, _11, _12, _13, _14 = True, True, y, _1, _0
            else:
              y1 = torch.mul(y, float(torch.add(_3, 1)))
              _10, _11, _12, _13, _14 = False, _1, _0, True, y1
            _5, _6, _7, _8, _9 = _10, _11, _12, _13, _14
          if _5:
            _15, _16 = _6, _7
          else:
            _15, _16 = _8, _9
          _17 = torch.add(_3, 1)
          _4, y, _3 = torch.__and__(torch.lt(_17, 10), _15), _16, _17
        return y
        """;
    assertThat(nodes(body)).isEqualTo("relu relu_1 relu_2 mul");
  }

  @Test
  void theFirstReturnEnds() {
    String body =
        """
        for i in range(5):
          while torch.gt(i, 1):
            return torch.relu(x)
          assert i < 4, "unreached"
        return torch.neg(x)
        """;
    assertThat(nodes(body)).isEqualTo("relu");
  }

  @Test
  void listsAndDictionariesAreOneObjectUnderAllNames() {
    String body =
        """
        a = [1, 2]
        b = a
        _0 = torch.append(b, 3)
        torch._set_item(a, 0, 5)
        b[1] = torch.pop(a)
        _1 = torch.extend(a, [8, 9])
        _2 = torch.insert(a, 0, 4)
        _3 = torch.reverse(a)
        c = torch.list(a)
        _4 = torch.clear(c)
        d = annotate(Dict[str, Tensor], {})
        e = d
        d["k"] = torch.relu(x)
        torch._set_item(e, "l", torch.mul(x, torch.len(torch.keys(d))))
        k, v, = (torch.items(d))[0]
        if torch.eq(a, [9, 8, 3, 5, 4]):
          return torch.add(v, e["l"])
        return x
        """;
    assertThat(graph(body)).contains("mul.other: f32[] {1.0}", "add = Add(relu, mul)");
  }

  @Test
  void theBatchStaysSymbolic() {
    String body =
        """
        b, c, h, w, = torch.size(x)
        y = torch.view(x, [torch.mul(b, c), -1])
        z = torch.reshape(y, [b, torch.mul(torch.mul(c, h), w)])
        return z
        """;
    assertThat(graph(body))
        .contains("view = Reshape[shape=[batch*3,24]](input) : f32[batch*3,24]")
        .contains(": f32[batch,72]\noutput");
  }

  @Test
  void modulesMayBeMissing() {
    TestArchive archive =
        TestArchive.withCode(
            """
            class Net(Module):
              w : Tensor
              training : bool
              down : NoneType = None
              sizes : Final[Tuple[int, int]] = (4, 6)
              def forward(self: __torch__.Net,
                x: Tensor) -> Tensor:
                down = self.down
                if torch.__isnot__(down, None):
                  y = (down).forward(x, )
                else:
                  y = (self).scaled(x, None, )
                if torch.eq([(self.sizes)[0], (self.sizes)[1]], torch.slice(torch.size(x), 2)):
                  return (self).scaled(y, __torch__.factor(), )
                return y
              def scaled(self: __torch__.Net,
                x: Tensor,
                factor: Optional[float]) -> Tensor:
                if torch.__is__(factor, None):
                  factor0 = 1.
                else:
                  factor0 = unchecked_cast(float, factor)
                return torch.mul(x, factor0)
            def factor(by: float=0.5) -> float:
              return torch.mul(by, 4)
            """);
    assertThat(GraphPrinter.print(load(archive).graph()))
        .contains("mul.other: f32[] {1.0}", "mul.other_1: f32[] {2.0}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "torch.gt(torch.sum(x), 0) | a branch on the values of a tensor",
        "bool(torch.gt(torch.sum(x), 0)) | a branch on the values of a tensor",
        "self.w | a branch on the values of a tensor",
        "torch.eq(torch.size(x, 0), 1) | a branch on the batch size",
        "torch.gt(torch.size(x, 0), 1) | a branch on the batch size",
        "torch.eq(torch.remainder(torch.size(x, 0), 2), 0) | a branch on the batch size",
        "torch.eq(torch.size(x), [1, 3, 4, 6]) | a branch on the batch size",
        "torch.__contains__([1, 2], torch.size(x, 0)) | a branch on the batch size",
        "self | this condition of a branch is not read",
        "uninitialized(bool) | this condition of a branch is not read"
      })
  void undecidedBranchesAreNamedWithTheirPlace(String condition, String what) {
    String sum = condition.replace("torch.sum", "torch.relu");
    Problem problem =
        problem("if " + sum + ":\n  y = torch.relu(x)\nelse:\n  y = x\nreturn torch.neg(y)\n");
    assertThat(problem.id()).isEqualTo(ErrorId.TS_CONSTRUCT);
    assertThat(problem.what()).isEqualTo(what);
    assertThat(problem.at()).isEqualTo("net.pt!code/__torch__.py:8");
    assertThat(problem.hint()).contains("torch.jit.trace(model.eval(), example)");
  }

  @Test
  void allConstructsAreReportedAtOnce() {
    List<Problem> problems =
        problems(
            TestArchive.withForward(
                """
                y = x
                if torch.eq(torch.size(x, 0), 1):
                  y = torch.relu(y)
                for i in range(torch.size(x, 0)):
                  y = torch.relu(y)
                z = y if torch.relu(x) else x
                self.count = 3
                with torch.no_grad():
                  y = x
                n = torch.relu(torch.sub(torch.size(x, 0), 1))
                isinstance(x, Tensor)
                w = self.nothing
                v = [1, 2][5]
                u = torch.append(self.sizes, 1)
                t = torch.div(1, 0)
                return {"a": z}
                """));
    assertThat(problems)
        .allMatch(p -> p.id() == ErrorId.TS_CONSTRUCT)
        .extracting(p -> String.valueOf(p.at()).replaceAll(".*:", "") + " " + p.what())
        .containsExactly(
            "9 a branch on the batch size",
            "11 a loop on the batch size",
            "13 a branch on the values of a tensor",
            "14 a write to an attribute is not read",
            "15 'with' is not read",
            "17 a number that depends on the batch size is not read",
            "18 the name or function isinstance is not read",
            "19 the attribute nothing of a module is not read",
            "20 this use of [] is not read",
            "21 the attribute sizes of a module is not read",
            "22 arithmetic that does not work out is not read",
            "6 a dictionary as the result is not read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ops.prim.RaiseException(torch.format(\"got {}D\", torch.dim(x)), \"builtins.ValueError\") "
            + "| got 4D",
        "ops.prim.RaiseException(\"AssertionError: \") | AssertionError: ",
        "raise \"no such size\" | no such size",
        "assert torch.eq(torch.dim(x), 3), torch.format(\"{} is odd\", torch.size(x)) "
            + "| [batch, 3, 4, 6] is odd",
        "assert False |",
        "raise |"
      })
  void errorsOnTheLivePathAreNamed(String statement, String message) {
    Problem problem = problem("y = torch.relu(x)\n" + statement + "\nreturn y\n");
    assertThat(problem.id()).isEqualTo(ErrorId.TS_RAISES);
    assertThat(problem.at()).isEqualTo("net.pt!code/__torch__.py:9");
    assertThat(problem.found())
        .isEqualTo(
            message == null ? null : message.equals("AssertionError:") ? message + " " : message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while True:\n  pass",
        "while True:\n  y = torch.relu(x)",
        "for i in range(9000000000000000000):\n  pass",
        "a = [1]\nfor i in range(1000):\n  _0 = torch.extend(a, a)",
        "a = torch.mul([1], 9000000000000000000)",
        "a = [1, 1]\na = torch.mul(torch.mul(torch.mul(a, 3000), 3000), 3000)",
        "a = [x]\n_0 = torch.append(a, a)\ny = torch.cat(a, 0)",
        "a = [x]\nfor i in range(100000):\n  a = [a]\ny = torch.cat(a, 0)",
        "for i in range(2000):\n  for j in range(2000):\n    pass",
        "y = __torch__.again(x, )",
        "y = (self).forward(x, )"
      })
  void workIsBounded(String body) {
    TestArchive archive =
        TestArchive.withCode(
            "class Net(Module):\n  training : bool\n  w : Tensor\n"
                + "  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n"
                + (body + "\nreturn x\n").indent(4)
                + "def again(x: Tensor) -> Tensor:\n  if True:\n"
                + "    return __torch__.again(x, )\n  return x\n");
    assertThat(problems(archive)).extracting(Problem::id).containsExactly(ErrorId.TS_MALFORMED);
  }

  @Test
  void stringsStayShort() {
    String body =
        """
        s = "ab"
        for i in range(60):
          s = torch.format("{}{}", s, torch.add(s, s))
        if torch.lt(torch.len(s), 100000):
          return torch.relu(x)
        return x
        """;
    assertThat(nodes(body)).isEqualTo("relu");
  }

  @Test
  void listsOfListsAreNotCompared() {
    String loop = "a = [1]\n_0 = torch.append(a, a)\nif torch.eq(a, a):\n  y = x\nreturn x\n";
    assertThat(problem(loop).id()).isEqualTo(ErrorId.TS_MALFORMED);
  }

  @Test
  void longChainsAreMalformed() {
    for (String body :
        List.of(
            "if False:\n  pass\n" + "elif False:\n  pass\n".repeat(300) + "return x\n",
            "return " + "not ".repeat(300) + "x\n",
            "return x" + " + x".repeat(300) + "\n",
            "return x" + " and x".repeat(300) + "\n",
            "return x" + "[0]".repeat(300) + "\n")) {
      assertThat(problem(body).id()).isEqualTo(ErrorId.TS_MALFORMED);
    }
  }

  @Test
  void unknownOperatorsAreListedThoughBranchesDependOnThem() {
    List<Problem> problems =
        problems(
            TestArchive.withForward(
                """
            y = torch.grid_sampler(x, x)
            if torch.eq(torch.dim(y), 4):
              z = torch.relu(y)
            else:
              ops.prim.RaiseException("4D wanted")
              z = y
            b, c, h, v0, = torch.size(y)
            s = torch.view(y, [b, torch.floordiv(c, 2), -1])
            for i in range(torch.len(torch.size(s))):
              s = torch.relu(s)
            w = torch.logcumsumexp(s, dim=torch.dim(s))
            if torch.eq(torch.size(w, 1), 3):
              v = torch.relu(w)
            else:
              v = w
            return torch.add(z, v)
            """));
    assertThat(problems)
        .extracting(Problem::id, Problem::what, Problem::found)
        .containsExactly(
            tuple(ErrorId.TS_OPERATOR, "operator aten::grid_sampler has no lowering", "1 call"),
            tuple(ErrorId.TS_OPERATOR, "operator aten::logcumsumexp has no lowering", "1 call"));
  }

  @Test
  void trainingIsRefusedBeforeAnythingElse() {
    TestArchive archive = TestArchive.withForward("ops.prim.RaiseException(\"no\")\nreturn x\n");
    archive.put("data.pkl", TestArchive.trainingModule());
    assertThat(problems(archive)).extracting(Problem::id).containsExactly(ErrorId.TS_TRAINING);
  }

  /** Damage to the code, in archives with right checksums. */
  @Test
  void damagedScriptsGiveOnlyOurErrors() {
    String code =
        """
        y, i, a = torch.relu(x), 0, [1, 2]
        while torch.lt(i, 3):
          for j in range(torch.size(y, 1)):
            if torch.eq(torch.remainder(j, 2), i):
              y = torch.mul(y, float(j))
              _0 = torch.append(a, j)
            else:
              pass
          i = torch.add(i, 1)
        assert torch.gt(torch.len(a), a[-1]), torch.format("{}", a)
        return torch.view(y, [torch.size(y, 0), -1])
        """;
    assertThat(nodes(code)).startsWith("relu");
    List<String> words =
        List.of(
            "x",
            "a",
            "i",
            "0",
            "-1",
            "[",
            "(",
            ")",
            "]",
            ",",
            ":",
            "\n",
            "  ",
            "==",
            "not ",
            "torch.append",
            "torch.mul",
            "torch.size",
            "True",
            "None",
            "1e300",
            "9223372036854775807");
    long seed = 20240612;
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      StringBuilder damaged = new StringBuilder(code);
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        int at = random.nextInt(damaged.length());
        int end = Math.min(damaged.length(), at + random.nextInt(12));
        damaged.replace(at, end, words.get(random.nextInt(words.size())));
      }
      try {
        load(TestArchive.withForward(damaged.toString()));
      } catch (FacekitException e) {
        assertThat(e.problems()).isNotEmpty();
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ", round " + round + ":\n" + damaged, e);
      }
    }
  }
}

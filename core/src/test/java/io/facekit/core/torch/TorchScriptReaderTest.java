package io.facekit.core.torch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.tensor.MappedFile;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg.Const;
import io.facekit.core.torch.Arg.FloatArg;
import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.Arg.ListArg;
import io.facekit.core.torch.Arg.Ref;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchScriptReaderTest {
  private static TorchProgram read(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    return TorchScriptReader.read(new MappedFile("net.pt", buffer.put(bytes).flip()));
  }

  private static TorchProgram forward(String body) {
    return read(TestArchive.withForward(body).bytes());
  }

  private static FacekitException refused(TestArchive archive) {
    return refused(archive.bytes());
  }

  private static FacekitException refused(byte[] bytes) {
    try {
      read(bytes);
    } catch (FacekitException e) {
      return e;
    }
    throw new AssertionError("it was read");
  }

  private static ErrorId idOf(TestArchive archive) {
    return refused(archive).problems().get(0).id();
  }

  @Test
  void readsCallsInOrder() {
    TorchProgram program =
        forward(
            """
            w = self.w
            y = torch.mul(x, w, alpha=-1)
            a, b, = torch.chunk(torch.add_(y, 9223372036854775807), 2, 1)
            n = [int(torch.size(a, 0)), -9223372036854775808]
            return (torch.view(b, annotate(List[int], n)), a)
            """);
    assertThat(program.calls())
        .extracting(Call::op)
        .containsExactly(
            "aten::mul", "aten::add_", "aten::chunk", "aten::size", "aten::Int", "aten::view");
    Call mul = program.calls().get(0);
    assertThat(mul.kwargs()).containsExactly(Map.entry("alpha", new IntArg(-1)));
    assertThat(((Const) mul.args().get(1)).data().toFloats()).containsExactly(1.5f, -2f);
    assertThat(mul.at()).isEqualTo("net.pt!code/__torch__.py:9");
    assertThat(program.calls().get(1).args().get(1)).isEqualTo(new IntArg(Long.MAX_VALUE));
    assertThat(program.calls().get(2).results()).containsExactly(3, 4);
    assertThat(program.calls().get(5).args())
        .containsExactly(new Ref(4), new ListArg(List.of(new Ref(6), new IntArg(Long.MIN_VALUE))));
    assertThat(program.outputs()).containsExactly(new Ref(7), new Ref(3));
    assertThat(program.parameters()).containsOnlyKeys("w");
  }

  @Test
  void entersMethodsAndFunctions() {
    TorchProgram program =
        read(
            TestArchive.withCode(
                    """
                    class Net(Module):
                      training : bool
                      scale : Final[float] = 0.5
                      def forward(self: __torch__.Net, x: Tensor) -> Tensor:
                        _0 = __torch__.twice
                        y, z, = (self).both(_0(x, ), )
                        return torch.sub(y, z)
                      def both(self: __torch__.Net, v: Tensor) -> Tuple[Tensor, Tensor]:
                        return (torch.mul(v, self.scale), getattr(self, "w"))
                    def twice(x: Tensor, times: int=2) -> Tensor:
                      return torch.mul(x, times)
                    """)
                .bytes());
    assertThat(program.calls()).hasSize(3);
    assertThat(program.calls().get(0).args()).containsExactly(new Ref(0), new IntArg(2));
    assertThat(program.calls().get(1).args()).containsExactly(new Ref(1), new FloatArg(0.5));
    assertThat(program.calls().get(2).args().get(1)).isInstanceOf(Const.class);
  }

  @Test
  void branchesOnSizesNeedShapes() {
    FacekitException e =
        refused(
            TestArchive.withForward(
                """
                y = x
                if torch.gt(torch.dim(x), 2):
                  y = torch.neg(x)
                for i in range(torch.size(x, 1)):
                  y = torch.relu(y)
                if torch.eq(torch.size(self.w, 0), 2):
                  y = torch.relu(y)
                return y
                """));
    assertThat(e.problems()).allMatch(p -> p.id() == ErrorId.TS_CONSTRUCT);
    assertThat(e.problems())
        .extracting(p -> String.valueOf(p.at()))
        .containsExactly("net.pt!code/__torch__.py:9", "net.pt!code/__torch__.py:11");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return (x",
        "return x)",
        "return $x",
        "y = = x",
        "return \"abc",
        "y = x\n  return y",
        "return -x"
      })
  void brokenSourceIsMalformed(String body) {
    assertThat(idOf(TestArchive.withForward(body + "\n"))).isEqualTo(ErrorId.TS_MALFORMED);
  }

  @Test
  void recursionAndExplosionAreBounded() {
    assertThat(idOf(TestArchive.withForward("return (self).forward(x, )\n")))
        .isEqualTo(ErrorId.TS_MALFORMED);
    assertThat(idOf(TestArchive.withForward("return " + "(".repeat(5000) + "x\n")))
        .isEqualTo(ErrorId.TS_MALFORMED);
    StringBuilder doubling = new StringBuilder("a = [x, x]\n");
    doubling.append("a = [a, a]\n".repeat(60)).append("return torch.cat(a, 0)\n");
    assertThat(idOf(TestArchive.withForward(doubling.toString()))).isEqualTo(ErrorId.TS_MALFORMED);
    StringBuilder calls = new StringBuilder("class Net(Module):\n");
    for (int i = 0; i < 40; i++) {
      calls
          .append("  def ")
          .append(i == 0 ? "forward" : "f" + i)
          .append("(self: __torch__.Net, x: Tensor) -> Tensor:\n")
          .append("    y = (self).f" + (i + 1) + "(x, )\n")
          .append("    return (self).f" + (i + 1) + "(y, )\n");
    }
    calls.append("  def f40(self: __torch__.Net, x: Tensor) -> Tensor:\n    return x\n");
    assertThat(idOf(TestArchive.withCode(calls.toString()))).isEqualTo(ErrorId.TS_MALFORMED);
  }

  @Test
  void stridesAreFollowed() {
    TestArchive archive = TestArchive.withForward("return torch.mul(x, self.w)\n");
    archive.put("data.pkl", TestArchive.module(6, 0, new long[] {3, 2}, new long[] {1, 3}));
    archive.put("data/0", TestArchive.floats(0, 1, 2, 3, 4, 5));
    TensorData w = requireNonNull(read(archive.bytes()).parameters().get("w"));
    assertThat(w.shape()).isEqualTo(Shape.of(3, 2));
    assertThat(w.toFloats()).containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void tensorsMustFitTheirStorage() {
    long[][][] bad = {
      {{2}, {2}, {2}, {1}},
      {{2}, {0}, {3}, {1}},
      {{2}, {0}, {2}, {2}},
      {{2}, {-1}, {2}, {1}},
      {{2}, {0}, {-2}, {1}},
      {{2}, {0}, {2}, {-1}},
      {{3}, {0}, {2}, {1}},
      {{2}, {0}, {1L << 62, 4}, {0, 0}},
      {{2}, {0}, {1L << 40}, {0}},
      {{2}, {0}, {2, 2}, {1, 1}},
      {{1L << 62}, {0}, {2}, {1}},
      {{2}, {Long.MAX_VALUE}, {2}, {1}}
    };
    for (long[][] b : bad) {
      TestArchive archive = TestArchive.withForward("return torch.mul(x, self.w)\n");
      archive.put("data.pkl", TestArchive.module(b[0][0], b[1][0], b[2], b[3]));
      assertThat(idOf(archive)).as(Arrays.deepToString(b)).isEqualTo(ErrorId.TENSOR_MALFORMED);
    }
  }

  @Test
  void weightsMustBeFinite() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int at = 0; at < 3; at++) {
        float[] w = {1f, Float.MAX_VALUE, -1e-40f};
        w[at] = value;
        TestArchive archive = TestArchive.withForward("return torch.mul(x, self.w)\n");
        archive.put("data.pkl", TestArchive.module(3, 0, new long[] {3}, new long[] {1}));
        archive.put("data/0", TestArchive.floats(w));
        FacekitException e = refused(archive);
        assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.TENSOR_NOT_FINITE);
        assertThat(e.problems().get(0).found()).endsWith("at element " + at);
      }
    }
    TestArchive unused = TestArchive.withForward("return torch.neg(x)\n");
    unused.put("data/0", TestArchive.floats(Float.NaN, 0));
    assertThat(read(unused.bytes()).calls()).hasSize(1);
  }

  @Test
  void signatureMustBeTensors() {
    String code =
        """
        class Net(Module):
          def forward(self: __torch__.Net, x: TYPE) -> Tensor:
            return x
        """;
    assertThat(idOf(TestArchive.withCode(code.replace("TYPE", "List[Tensor]"))))
        .isEqualTo(ErrorId.TS_SIGNATURE);
    assertThat(idOf(TestArchive.withForward("return 3\n"))).isEqualTo(ErrorId.TS_SIGNATURE);
    assertThat(idOf(TestArchive.withCode("class Net(Module):\n  w : Tensor\n")))
        .isEqualTo(ErrorId.TS_SIGNATURE);
  }

  @Test
  void archivesMustBeStrict() {
    TestArchive good = TestArchive.withForward("return torch.mul(x, self.w)\n");
    byte[] bytes = good.bytes();
    assertThat(read(bytes).calls()).hasSize(1);
    assertThat(refused(Arrays.copyOf(bytes, bytes.length + 1)).problems().get(0).id())
        .isEqualTo(ErrorId.ZIP_MALFORMED);
    byte[] wrongCrc = bytes.clone();
    int weight = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("net/data/0") + 10;
    wrongCrc[weight]++;
    assertThat(refused(wrongCrc).problems().get(0).id()).isEqualTo(ErrorId.ZIP_MALFORMED);
    byte[] otherName = bytes.clone();
    otherName[weight - 1]++;
    assertThat(refused(otherName).problems().get(0).id()).isEqualTo(ErrorId.ZIP_AMBIGUOUS);
    good.packData = true;
    assertThat(idOf(good)).isEqualTo(ErrorId.ZIP_MALFORMED);
    good.packData = false;
    good.put("code/zeros.py", new byte[1 << 20]);
    assertThat(idOf(good)).isEqualTo(ErrorId.ZIP_BOMB);
  }

  @Test
  void weightsMustBeLittleEndian() {
    TestArchive archive = TestArchive.withForward("return x\n");
    archive.put("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    assertThat(read(archive.bytes()).outputs()).containsExactly(new Ref(0));
    archive.put("byteorder", "big".getBytes(StandardCharsets.US_ASCII));
    assertThat(idOf(archive)).isEqualTo(ErrorId.KIND_UNSUPPORTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/x", "a\\b", "a/../b", "c:/x", "a//b", "net/..", "a\u0001"})
  void entryNamesMustStayInside(String name) {
    TestArchive archive = TestArchive.withForward("return x\n");
    archive.entries.put(name, new byte[1]);
    assertThat(idOf(archive)).isEqualTo(ErrorId.ZIP_PATH);
  }

  @Test
  void damagedFilesGiveOnlyOurErrors() {
    byte[] good =
        TestArchive.withForward(
                "w = self.w\na, b, = torch.chunk(torch.mul(x, w), 2, 1)\nreturn (a, b)\n")
            .put("traced_inputs.pkl", PickleBytes.start().op('}').end())
            .bytes();
    for (int length = 0; length < good.length; length++) {
      assertThat(refused(Arrays.copyOf(good, length)).problems()).isNotEmpty();
    }
    long seed = 20240611;
    Random random = new Random(seed);
    for (int at = 0; at < good.length; at++) {
      byte[] flipped = good.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      readOrRefuse(flipped, "seed " + seed + ", byte " + at);
    }
  }

  /** Checksums would catch nearly all damage; these archives have right ones. */
  @Test
  void damagedContentsGiveOnlyOurErrors() {
    long seed = 20240611;
    Random random = new Random(seed);
    for (int i = 0; i < 4000; i++) {
      TestArchive archive =
          TestArchive.withForward(
              "w = self.w\na, b, = torch.chunk(torch.mul(x, w), 2, 1)\nreturn (a, b)\n");
      archive.packCode = false;
      List<String> names = List.of("net/data.pkl", "net/constants.pkl", "net/code/__torch__.py");
      byte[] content = requireNonNull(archive.entries.get(names.get(random.nextInt(names.size()))));
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        content[random.nextInt(content.length)] = (byte) random.nextInt(256);
      }
      readOrRefuse(archive.bytes(), "seed " + seed + ", round " + i);
    }
  }

  private static void readOrRefuse(byte[] bytes, String what) {
    try {
      read(bytes);
    } catch (FacekitException e) {
      assertThat(e.problems()).as(what).isNotEmpty();
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError(what, e);
    }
  }
}

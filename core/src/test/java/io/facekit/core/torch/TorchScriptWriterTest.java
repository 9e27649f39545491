package io.facekit.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.MappedFile;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg.BoolArg;
import io.facekit.core.torch.Arg.Const;
import io.facekit.core.torch.Arg.FloatArg;
import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.Arg.ListArg;
import io.facekit.core.torch.Arg.NoneArg;
import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.Arg.StrArg;
import io.facekit.core.torch.Arg.TupleArg;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchScriptWriterTest {
  private static final Const WEIGHT = new Const(TensorData.of(new float[] {1, -2}, 2), "a.w");

  private static Call call(String op, Map<String, Arg> kwargs, List<Integer> results, Arg... args) {
    return new Call(op, List.of(args), kwargs, results, "", "");
  }

  private static TorchProgram program(List<Call> calls, Arg... outputs) {
    TorchProgram.Input x =
        new TorchProgram.Input(0, "x", Optional.empty(), Optional.of(DType.FLOAT32));
    return new TorchProgram(List.of(x), calls, List.of(outputs), "net.pt", false, Map.of());
  }

  private static TorchProgram read(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    return TorchScriptReader.read(new MappedFile("net.pt", buffer.put(bytes).flip()));
  }

  @Test
  void everyKindOfArgumentIsReadBack() {
    Map<String, Arg> named = new LinkedHashMap<>();
    named.put("other", new IntArg(-3));
    named.put("alpha", new FloatArg(1e-12));
    TorchProgram program =
        program(
            List.of(
                call("aten::add", named, List.of(1), new Ref(0)),
                call("aten::chunk", Map.of(), List.of(2, 3), new Ref(1), new IntArg(2)),
                call("aten::size", Map.of(), List.of(4), new Ref(2)),
                call("aten::__getitem__", Map.of(), List.of(5), new Ref(4), new IntArg(-1)),
                call("prim::NumToTensor", Map.of(), List.of(6), new Ref(5)),
                call("aten::Int", Map.of(), List.of(7), new Ref(6)),
                call("aten::split", Map.of(), List.of(8), new Ref(3), new Ref(7)),
                call("prim::ListUnpack", Map.of(), List.of(9, 10), new Ref(8)),
                call(
                    "aten::many",
                    Map.of(),
                    List.of(11),
                    WEIGHT,
                    NoneArg.NONE,
                    new BoolArg(true),
                    new BoolArg(false),
                    new FloatArg(-0.0),
                    new FloatArg(Double.NEGATIVE_INFINITY),
                    new FloatArg(1.0 / 3),
                    new IntArg(Long.MIN_VALUE),
                    new StrArg("a\\\"b\n\u0001"),
                    new TupleArg(List.of(new IntArg(1))),
                    new ListArg(List.of()),
                    new ListArg(List.of(new Ref(7), new IntArg(-1))),
                    new ListArg(List.of(NoneArg.NONE, WEIGHT)))),
            new Ref(11),
            WEIGHT);
    byte[] bytes = TorchScriptWriter.write(program);
    assertThat(normal(read(bytes))).isEqualTo(normal(program));
    assertThat(TorchScriptWriter.write(program)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p-traced-213",
        "p-frozen-213",
        "p-half-traced-213",
        "f-traced-213",
        "p-front-raw-flip-213"
      })
  void realModelsAreReadBack(String name) {
    TorchProgram program = TorchScriptReader.read(SharedModels.torch(name + ".pt"));
    TorchProgram again = read(TorchScriptWriter.write(program));
    assertThat(normal(again)).isEqualTo(normal(program));
    assertThat(again.parameters()).hasSameSizeAs(program.parameters());
  }

  @Test
  void everyTypeOfElementIsReadBack() {
    List<Call> calls = new ArrayList<>();
    for (DType dtype : DType.values()) {
      ByteBuffer zeros = ByteBuffer.allocate(6 * dtype.sizeBytes());
      zeros.put(0, (byte) 1);
      Const tensor = new Const(new TensorData(dtype, Shape.of(3, 2), zeros), dtype.shortName());
      calls.add(call("aten::cos", Map.of(), List.of(calls.size() + 1), tensor));
    }
    Const scalar = new Const(TensorData.of(new float[] {0.5f}), "scalar");
    calls.add(call("aten::cos", Map.of(), List.of(calls.size() + 1), scalar));
    TorchProgram program = program(calls, new Ref(1));
    assertThat(normal(read(TorchScriptWriter.write(program)))).isEqualTo(normal(program));
  }

  @Test
  void namesOfInputsThatMeanSomethingElseAreReplaced() {
    TorchProgram.Input self = input(0, "self");
    TorchProgram.Input twice = input(1, "y");
    TorchProgram.Input again = input(2, "y");
    Call sum = call("aten::cat", Map.of(), List.of(3), new Ref(0), new Ref(1), new Ref(2));
    TorchProgram program =
        new TorchProgram(
            List.of(self, twice, again), List.of(sum), List.of(new Ref(3)), "f", false, Map.of());
    TorchProgram read = read(TorchScriptWriter.write(program));
    assertThat(read.inputs())
        .extracting(TorchProgram.Input::name)
        .containsExactly("_input0", "y", "_input2");
    assertThat(read.calls().get(0).args()).isEqualTo(sum.args());
  }

  private static TorchProgram.Input input(int id, String name) {
    return new TorchProgram.Input(id, name, Optional.empty(), Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"relu", "aten::relu(x); torch.abs", "a b::relu", "aten::"})
  void namesThatAreNoneAreNotWritten(String op) {
    TorchProgram program = program(List.of(call(op, Map.of(), List.of(1), new Ref(0))), new Ref(1));
    assertThatThrownBy(() -> TorchScriptWriter.write(program))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void valuesAreMadeBeforeTheyAreRead() {
    assertThatThrownBy(() -> TorchScriptWriter.write(program(List.of(), new Ref(7))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("value 7");
  }

  /** Calls and outputs as text, without what an archive of one flat module does not keep. */
  private static List<String> normal(TorchProgram program) {
    Map<Integer, Integer> ids = new HashMap<>();
    program.inputs().forEach(i -> ids.put(i.id(), ids.size()));
    List<String> lines = new ArrayList<>();
    for (Call call : program.calls()) {
      List<String> args = call.args().stream().map(a -> normal(a, ids)).toList();
      List<String> kwargs =
          call.kwargs().entrySet().stream()
              .map(e -> e.getKey() + "=" + normal(e.getValue(), ids))
              .toList();
      call.results().forEach(id -> ids.put(id, ids.size()));
      lines.add(call.op() + args + kwargs + call.results().stream().map(ids::get).toList());
    }
    program.outputs().forEach(o -> lines.add(normal(o, ids)));
    return lines;
  }

  private static String normal(Arg arg, Map<Integer, Integer> ids) {
    if (arg instanceof Ref ref) {
      return "%" + ids.get(ref.id());
    } else if (arg instanceof Const c) {
      return c.data() + "#" + c.data().bytes().hashCode();
    } else if (arg instanceof ListArg list) {
      return "list" + list.items().stream().map(i -> normal(i, ids)).toList();
    } else if (arg instanceof TupleArg tuple) {
      return "tuple" + tuple.items().stream().map(i -> normal(i, ids)).toList();
    }
    return arg.toString();
  }
}

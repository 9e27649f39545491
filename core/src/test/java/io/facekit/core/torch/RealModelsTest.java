package io.facekit.core.torch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg.Const;
import io.facekit.core.torch.Arg.Ref;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RealModelsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "p-traced-113",
        "p-traced-213",
        "p-frozen-213",
        "f-traced-213",
        "x-traced-213",
        "p-half-traced-213",
        "p-raw-image-half-213",
        "p-front-baked-213",
        "p-front-raw-flip-213",
        "p-front-raw-index-213"
      })
  void callsAreThoseThatPyTorchCounts(String name) throws IOException {
    TorchProgram program = TorchScriptReader.read(SharedModels.torch(name + ".pt"));
    Map<String, Long> counted =
        program.calls().stream()
            .collect(Collectors.groupingBy(Call::op, TreeMap::new, Collectors.counting()));
    if (name.contains("-raw-")) {
      // The list was made after PyTorch had simplified int(NumToTensor(size)) in these.
      counted.keySet().removeAll(Set.of("aten::Int", "prim::NumToTensor"));
    }
    assertThat(counted).isEqualTo(expected(name + ".pt"));
    assertWellFormed(program);
    assertThat(program.training()).isFalse();
    assertThat(program.outputs()).hasSize(1);
    assertThat(program.archive()).isEqualTo(name + ".pt");
  }

  private static Map<String, Long> expected(String file) throws IOException {
    Map<String, Long> out = new TreeMap<>();
    for (String line : Files.readAllLines(SharedModels.models("ops.tsv"))) {
      List<String> cells = List.of(line.split("\t", -1));
      if (cells.get(0).equals(file)
          && !Set.of("prim::Constant", "prim::GetAttr", "prim::ListConstruct")
              .contains(cells.get(2))) {
        out.put(cells.get(2), Long.parseLong(cells.get(3)));
      }
    }
    return out;
  }

  private static void assertWellFormed(TorchProgram program) {
    Set<Integer> made = new HashSet<>();
    program.inputs().forEach(i -> made.add(i.id()));
    for (Call call : program.calls()) {
      for (Arg arg : call.args()) {
        if (arg instanceof Ref ref) {
          assertThat(made).contains(ref.id());
        }
        if (arg instanceof Const c) {
          assertThat(program.parameters()).containsEntry(c.name(), c.data());
        }
      }
      for (int id : call.results()) {
        assertThat(made.add(id)).isTrue();
      }
      assertThat(call.at()).matches(".+\\.pt!code/__torch__/.+\\.py:[0-9]+");
    }
  }

  @Test
  void scopesAreModulePaths() {
    TorchProgram program = TorchScriptReader.read(SharedModels.torch("p-traced-213.pt"));
    List<String> scopes = program.calls().stream().map(Call::scope).toList();
    assertThat(scopes)
        .startsWith("conv1.conv", "conv1.bn", "conv1.prelu", "conv2_dw.conv")
        .contains("conv_23.conv_dw.conv", "conv_3.model.0", "conv_3.model.0.conv.conv")
        .endsWith("linear", "bn", "", "", "", "");
    Call first = program.calls().get(0);
    assertThat(first.op()).isEqualTo("aten::_convolution");
    assertThat(first.args()).hasSize(13);
    assertThat(first.args().get(0)).isEqualTo(new Ref(0));
    Const weight = (Const) first.args().get(1);
    assertThat(weight.name()).isEqualTo("conv1.conv.weight");
    assertThat(weight.data().shape()).isEqualTo(Shape.of(64, 3, 3, 3));
    assertThat(first.args().get(2)).isEqualTo(Arg.NoneArg.NONE);
    assertThat(first.at()).isEqualTo("p-traced-213.pt!code/__torch__/torch/nn/modules/conv.py:10");
  }

  @Test
  void exampleInputIsRead() {
    TorchProgram traced = TorchScriptReader.read(SharedModels.torch("x-traced-213.pt"));
    assertThat(traced.inputs())
        .containsExactly(
            new TorchProgram.Input(
                0, "x", Optional.of(List.of(1L, 3L, 112L, 96L)), Optional.of(DType.FLOAT32)));
    TorchProgram bare = TorchScriptReader.read(SharedModels.torch("p-traced-113.pt"));
    assertThat(bare.inputs())
        .containsExactly(new TorchProgram.Input(0, "x", Optional.empty(), Optional.empty()));
  }

  @Test
  void frozenWeightsAreConstants() {
    TorchProgram program = TorchScriptReader.read(SharedModels.torch("p-frozen-213.pt"));
    assertThat(program.parameters()).hasSize(133).containsKey("CONSTANTS.c132");
    assertThat(program.calls()).allMatch(c -> c.scope().isEmpty());
  }

  @Test
  void sameWeightsInTracedAndHalf() {
    TorchProgram full = TorchScriptReader.read(SharedModels.torch("p-traced-213.pt"));
    TorchProgram half = TorchScriptReader.read(SharedModels.torch("p-half-traced-213.pt"));
    assertThat(half.parameters().keySet()).isEqualTo(full.parameters().keySet());
    for (Map.Entry<String, TensorData> entry : half.parameters().entrySet()) {
      TensorData data = requireNonNull(full.parameters().get(entry.getKey()));
      assertThat(entry.getValue().dtype()).isEqualTo(DType.FLOAT16);
      float a = data.floatAt(0);
      assertThat(entry.getValue().floatAt(0)).isCloseTo(a, offset(Math.abs(a) / 1000 + 1e-6f));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "neg-bomb.pt, ZIP_BOMB, 5",
    "neg-duplicate-entry.pt, ZIP_AMBIGUOUS, 5",
    "neg-empty.pt, FILE_EMPTY, 4",
    "neg-html.pt, KIND_NOT_A_MODEL, 4",
    "neg-huge-shape.pt, TENSOR_MALFORMED, 4",
    "neg-lfs-pointer.pt, KIND_NOT_A_MODEL, 4",
    "neg-overflow-shape.pt, TENSOR_MALFORMED, 4",
    "neg-path-traversal.pt, ZIP_PATH, 5",
    "neg-pickle-getattr.pt, PICKLE_GLOBAL, 5",
    "neg-pickle-legacy-system.pt, PICKLE_GLOBAL, 5",
    "neg-pickle-system-global.pt, PICKLE_GLOBAL, 5",
    "neg-pickle-system-stack-global.pt, PICKLE_GLOBAL, 5",
    "neg-short-storage.pt, TENSOR_MALFORMED, 4",
    "neg-truncated.pt, ZIP_MALFORMED, 4",
    "neg-whole-module-legacy.pt, PICKLE_MODULE, 4",
    "neg-whole-module.pt, PICKLE_MODULE, 4",
    "neg-wrong-magic.pt, KIND_UNKNOWN, 4",
    "misnamed-onnx.pt, KIND_UNSUPPORTED, 4",
    "p-front.safetensors, KIND_UNSUPPORTED, 4",
    "p-state-dict-zip.pth, KIND_UNSUPPORTED, 4",
    "p-state-dict-legacy-half.pth, KIND_UNSUPPORTED, 4",
    "p-checkpoint-half-213.tar, KIND_UNSUPPORTED, 4",
    "p-front-mobile-113.pt, TS_CONSTRUCT, 4"
  })
  void otherFilesAreRefused(String name, ErrorId id, int exit) {
    FacekitException e = thrown(name);
    assertThat(e.problems().get(0).id()).isEqualTo(id);
    assertThat(e.exit().code()).isEqualTo(exit);
    assertThat(e.problems().get(0).at()).startsWith(name);
  }

  @ParameterizedTest
  @CsvSource({
    "p-traced-113.pt, TORCHSCRIPT",
    "p-front-mobile-113.pt, TORCHSCRIPT",
    "misnamed-onnx.pt, ONNX",
    "p-front.safetensors, SAFETENSORS",
    "p-export-213.pt2, PT2",
    "p-state-dict-zip.pth, STATE_DICT",
    "p-checkpoint-half-213.tar, STATE_DICT",
    "neg-pickle-getattr.pt, STATE_DICT",
    "p-state-dict-legacy-half.pth, LEGACY_PICKLE",
    "neg-pickle-legacy-system.pt, LEGACY_PICKLE"
  })
  void kindComesFromTheContent(String name, ModelKind kind) {
    assertThat(ModelKind.detect(SharedModels.torch(name))).isEqualTo(kind);
  }

  @Test
  void securityRefusalsNameTheGlobal() {
    assertThat(thrown("neg-pickle-system-global.pt").problems().get(0).found())
        .isEqualTo("os.system");
    assertThat(thrown("neg-pickle-system-global.pt").problems().get(0).at())
        .isEqualTo("neg-pickle-system-global.pt!data.pkl@9");
    assertThat(thrown("neg-pickle-system-stack-global.pt").problems().get(0).found())
        .isEqualTo("posix.system");
    assertThat(thrown("neg-whole-module.pt").problems().get(0).hint())
        .contains("torch.save(model.state_dict()");
  }

  private static FacekitException thrown(String name) {
    try {
      TorchScriptReader.read(SharedModels.torch(name));
    } catch (FacekitException e) {
      return e;
    }
    throw new AssertionError(name + " was read");
  }
}

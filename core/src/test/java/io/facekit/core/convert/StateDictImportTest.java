package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.arch.Architecture;
import io.facekit.core.arch.Architectures;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Quantization;
import io.facekit.core.torch.CheckpointBytes;
import io.facekit.core.torch.SharedModels;
import io.facekit.core.torch.StateDict;
import io.facekit.core.torch.StateDictReader;
import io.facekit.core.torch.TorchProgram;
import io.facekit.core.torch.TorchScriptReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real weights without a graph against real traces of the same models. */
class StateDictImportTest {
  private static Graph canonical(TorchProgram program) {
    Graph graph = TorchImporter.load(program, Optional.empty()).graph();
    Pipelines.run(Pipelines.CANONICAL, graph);
    return graph;
  }

  private static TorchProgram program(Path stateDict) {
    return Architectures.recognise(StateDictReader.read(stateDict)).program();
  }

  private static byte[] onnx(TorchProgram program) {
    return OnnxEmitter.emit(
        canonical(program),
        Quantization.NONE,
        new OnnxOptions(OnnxOptions.DEFAULT_OPSET, "0", Map.of(), List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "foamliu-state-dict.pt, f-traced-213.pt, foamliu MobileFaceNet, 112, 128",
    "xiaoccer-068.ckpt, x-traced-213.pt, Xiaoccer MobileFacenet, 96, 128"
  })
  void sameGraphAndBytesAsTheTrace(
      String weights, String trace, String name, int width, int embedding) {
    TorchProgram traced = TorchScriptReader.read(SharedModels.torch(trace));
    TorchProgram known = program(SharedModels.models(weights));
    assertThat(GraphPrinter.print(canonical(known)))
        .isEqualTo(GraphPrinter.print(canonical(traced)));
    assertThat(onnx(known)).isEqualTo(onnx(traced));
    Architecture architecture = Architectures.of(traced).orElseThrow();
    assertThat(architecture.name()).isEqualTo(name);
    assertThat(architecture.width()).isEqualTo(width);
    assertThat(architecture.embedding()).isEqualTo(embedding);
  }

  @ParameterizedTest
  @CsvSource({
    "p-traced-113.pt, true",
    "p-half-traced-213.pt, true",
    "p-raw-image-half-213.pt, true",
    "p-frozen-213.pt, false",
    "p-front-baked-213.pt, false"
  })
  void tracesAreRecognisedByTheirParameters(String trace, boolean known) {
    TorchProgram traced = TorchScriptReader.read(SharedModels.torch(trace));
    assertThat(Architectures.of(traced).map(Architecture::name))
        .isEqualTo(known ? Optional.of("TreB1eN MobileFaceNet") : Optional.empty());
  }

  @Test
  void allContainersGiveTheSameBytes(@TempDir Path folder) throws IOException {
    StateDict state = StateDictReader.read(SharedModels.torch("p-state-dict-zip.pth"));
    byte[] expected = onnx(Architectures.recognise(state).program());
    Map<String, byte[]> files =
        Map.of(
            "p.safetensors", CheckpointBytes.safetensors(state.tensors()),
            "legacy.pth", CheckpointBytes.legacy(state.tensors()),
            "oldest.tar", CheckpointBytes.tar(state.tensors()));
    for (Map.Entry<String, byte[]> e : files.entrySet()) {
      Path file = Files.write(folder.resolve(e.getKey()), e.getValue());
      assertThat(onnx(program(file))).as(e.getKey()).isEqualTo(expected);
    }
  }
}

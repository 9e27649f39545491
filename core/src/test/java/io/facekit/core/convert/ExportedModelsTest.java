package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Quantization;
import io.facekit.core.torch.SharedModels;
import io.facekit.core.torch.TorchProgram;
import io.facekit.core.torch.TorchScriptReader;
import io.facekit.core.torch.export.Pt2Reader;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model gives the same artifacts whether it was traced or exported. */
class ExportedModelsTest {
  @ParameterizedTest
  @ValueSource(strings = {"p", "f"})
  void tracesAndExportsGiveTheSameBytes(String model) {
    Graph exported = canonical(Pt2Reader.read(SharedModels.torch(model + "-export-213.pt2")));
    Graph traced = canonical(TorchScriptReader.read(SharedModels.torch(model + "-traced-213.pt")));
    assertThat(GraphPrinter.print(exported)).isEqualTo(GraphPrinter.print(traced));
    OnnxOptions options = OnnxOptions.of("1");
    assertThat(OnnxEmitter.emit(exported, Quantization.NONE, options))
        .isEqualTo(OnnxEmitter.emit(traced, Quantization.NONE, options));
    assertThat(TfliteEmitter.emit(exported, Quantization.NONE, Map.of()))
        .isEqualTo(TfliteEmitter.emit(traced, Quantization.NONE, Map.of()));
  }

  private static Graph canonical(TorchProgram program) {
    Graph graph = TorchImporter.load(program, Optional.empty()).graph();
    Pipelines.run(Pipelines.CANONICAL, graph);
    return graph;
  }
}

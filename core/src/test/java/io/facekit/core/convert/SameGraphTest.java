package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Quantization;
import io.facekit.core.torch.SharedModels;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One model saved in two ways gives one graph, with the same names. */
class SameGraphTest {
  private static Graph graph(String name) {
    Graph graph =
        TorchImporter.load(
                TorchImporter.read(SharedModels.torch(name + ".pt"), Optional.empty()),
                Optional.empty())
            .graph();
    Pipelines.run(Pipelines.CANONICAL, graph);
    return graph;
  }

  @ParameterizedTest
  @CsvSource({
    "p-scripted-113, p-traced-113",
    "p-scripted-113, p-traced-213",
    "f-scripted-213, f-traced-213"
  })
  void aScriptIsWhatItsTraceIs(String script, String trace) {
    Graph scripted = graph(script);
    Graph traced = graph(trace);
    assertThat(GraphPrinter.print(scripted)).isEqualTo(GraphPrinter.print(traced));
    OnnxOptions options = OnnxOptions.of("test");
    assertThat(OnnxEmitter.emit(scripted, Quantization.NONE, options))
        .isEqualTo(OnnxEmitter.emit(traced, Quantization.NONE, options));
  }
}

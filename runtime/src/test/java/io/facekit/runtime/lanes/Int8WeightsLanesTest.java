package io.facekit.runtime.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.QuantizedWeights;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.TfliteRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights stored as int8: what is computed is float with the rounded weights, also in XNNPACK. */
class Int8WeightsLanesTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  static List<LaneCase> cases() {
    return LaneCases.weights();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void onlyWeightsAreRounded(LaneCase lane) {
    Graph graph = lane.graph();
    Quantization weights = HandQuantization.int8Weights(graph);
    Array x = Lane.input(graph, 5);
    Array expected = Reference.output(rounded(lane.graph(), weights), x);
    for (int opset : List.of(13, 17, 21)) {
      try (OnnxRunner runner = Lane.onnx(folder, graph, weights, opset)) {
        Lane.assertClose(Lane.run(runner, graph, x), expected, TOLERANCE, "opset " + opset);
      }
    }
    for (boolean xnnpack : new boolean[] {false, true}) {
      try (TfliteRunner runner = Lane.tflite(folder, graph, weights, xnnpack)) {
        Lane.assertClose(Lane.run(runner, graph, x), expected, TOLERANCE, runner.runtime());
        if (xnnpack) {
          assertThat(runner.partitions()).as("what XNNPACK leaves is nothing").isEqualTo(1);
        }
      }
    }
  }

  /** The graph in float, with the weights that the codes stand for. */
  private static Graph rounded(Graph graph, Quantization quantization) {
    for (Node n : graph.nodes()) {
      QuantizedWeights q = quantization.weights().get(n.name());
      if (q != null) {
        List<Value> inputs = new ArrayList<>(n.inputs());
        inputs.set(1, graph.constant(n.name() + ".rounded", q.dequantized()));
        graph.replaceNode(n, n.op(), inputs);
      }
    }
    return graph;
  }
}

package io.facekit.runtime.lanes;

import static io.facekit.runtime.lanes.LaneCase.lane;
import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.ir.Graph;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Quantization;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.TfliteRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights stored as float16: rounded once, and still taken by XNNPACK. */
class Float16LanesTest {
  /** Float16 keeps 11 bits; weights of at most 1 that partly cancel leave a little less. */
  private static final double TOLERANCE = 2e-3;

  @TempDir Path folder;

  static List<LaneCase> cases() {
    List<LaneCase> cases = new ArrayList<>(LaneCases.weights());
    cases.add(lane("PRelu", "of a map", "3,7,5", "y = PRelu(input, a: f32[3] {0.26 -0.51 1.53})"));
    cases.add(
        lane("Mul", "by channels", "3,7,5", "y = Mul(input, a: f32[1,3,1,1] {0.26 -0.51 1.53})"));
    return cases;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void storageRoundsOnce(LaneCase lane) {
    Graph graph = lane.graph();
    Quantization half = HandQuantization.all(graph, Precision.FP16);
    Array x = Lane.input(graph, 5);
    Array expected = Reference.output(graph, x);
    for (int opset : List.of(13, 17, 21)) {
      try (OnnxRunner runner = Lane.onnx(folder, graph, half, opset)) {
        Array ort = Lane.run(runner, graph, x);
        Lane.assertClose(ort, expected, TOLERANCE, "opset " + opset);
        assertThat(Lane.distance(ort, expected)).as("weights are rounded").isPositive();
      }
    }
    for (boolean xnnpack : new boolean[] {false, true}) {
      try (TfliteRunner runner = Lane.tflite(folder, graph, half, xnnpack)) {
        Lane.assertClose(Lane.run(runner, graph, x), expected, TOLERANCE, runner.runtime());
        if (xnnpack) {
          assertThat(runner.partitions()).as("what XNNPACK leaves is nothing").isEqualTo(1);
        }
      }
    }
  }
}

package io.facekit.runtime.lanes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.convert.TfliteEmitter;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.ir.Graph;
import io.facekit.core.op.OpDef;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Quantization;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.TfliteRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every op in float32: what each runtime computes against the definition of the op. */
class FloatLanesTest {
  private static final double TOLERANCE = 1e-5;
  private static final int USUAL_OPSET = 17;
  private static final List<Integer> OTHER_OPSETS = List.of(13, 18, 21);

  @TempDir Path folder;

  static List<LaneCase> cases() {
    return LaneCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onnx(LaneCase lane) {
    Graph graph = lane.graph();
    try (OnnxRunner runner = Lane.onnx(folder, graph, Quantization.NONE, USUAL_OPSET)) {
      for (int batch : Lane.BATCHES) {
        Array x = Lane.input(graph, batch);
        Lane.assertClose(
            Lane.run(runner, graph, x), Reference.output(graph, x), TOLERANCE, "batch " + batch);
      }
    }
    for (int opset : OTHER_OPSETS) {
      try (OnnxRunner runner = Lane.onnx(folder, graph, Quantization.NONE, opset)) {
        Array x = Lane.input(graph, 2);
        Lane.assertClose(
            Lane.run(runner, graph, x), Reference.output(graph, x), TOLERANCE, "opset " + opset);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tflite(LaneCase lane) {
    Graph graph = lane.graph();
    if (!lane.tflite()) {
      assertThatThrownBy(() -> TfliteEmitter.emit(graph, Quantization.NONE, Map.of()))
          .isInstanceOfSatisfying(
              FacekitException.class,
              e -> {
                assertThat(e.problems()).hasSize(1);
                assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.GRAPH_TARGET);
                assertThat(e.problems().get(0).at()).isEqualTo("y");
              });
      return;
    }
    for (boolean xnnpack : new boolean[] {false, true}) {
      try (TfliteRunner runner = Lane.tflite(folder, graph, Quantization.NONE, xnnpack)) {
        for (int batch : Lane.BATCHES) {
          Array x = Lane.input(graph, batch);
          Lane.assertClose(
              Lane.run(runner, graph, x),
              Reference.output(graph, x),
              TOLERANCE,
              runner.runtime() + ", batch " + batch);
        }
      }
    }
  }

  /** Nodes that pass through compute what their operator does: OnnxForeignRunTest runs some. */
  @Test
  void everyOpHasACase() {
    assertThat(cases().stream().map(LaneCase::op).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(
            Ops.ALL.stream().map(OpDef::name).filter(n -> !n.startsWith("Foreign")).toList());
    for (LaneCase lane : cases()) {
      assertThat(lane.graph().nodes())
          .as(lane.toString())
          .anyMatch(n -> n.op().type().equals(lane.op()));
    }
  }
}

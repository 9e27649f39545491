package io.facekit.runtime.lanes;

import static io.facekit.runtime.lanes.LaneCase.conv;
import static io.facekit.runtime.lanes.LaneCase.conv1;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Quantization;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.TfliteRunner;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that share their weights, each in a precision and a place of its own. */
class SharedConstantsTest {
  private static final String TIED_LAYERS =
      """
      input input: f32[batch,4,5,3]
      a = %s(input, w: f32[4,4,3,3] {seed 1}, b: f32[4] {seed 2})
      p = PRelu(a, s: f32[4] {0.25 0.5 -0.25 0.75})
      y = %s(p, w: f32[4,4,3,3] {seed 1}, b: f32[4] {seed 2})
      output y
      """
          .formatted(
              conv("1, 1", "1, 1, 1, 1", "1, 1", 1, "NONE"),
              conv("2, 2", "1, 1, 1, 1", "1, 1", 1, "NONE"));

  private static final String TWO_LAYOUTS =
      """
      input input: f32[batch,4,2,2]
      m = Mul(input, s: f32[1,4,1,1] {0.25 0.5 -0.25 0.75})
      c = %s(m, d: f32[4,4,2,2] {seed 3})
      q = PRelu(c, t: f32[4] {0.25 0.5 -0.25 0.75})
      f = Flatten(q)
      r = PRelu(f, t: f32[4] {0.25 0.5 -0.25 0.75})
      fi = Flatten(input)
      u = Gemm[activation=NONE](fi, w: f32[16,16] {seed 1})
      v = Gemm[activation=NONE](u, w: f32[16,16] {seed 1})
      g = Gemm[activation=NONE](v, z: f32[4,16] {seed 2})
      y = Add(r, g)
      output y
      """
          .formatted(conv1("NONE"));

  @TempDir Path folder;

  @Test
  void inTwoLayouts() {
    Graph graph = Lane.parse(TWO_LAYOUTS);
    agree(graph, Quantization.NONE, 1e-5);
    agree(graph, HandQuantization.all(graph, Precision.FP16), 2e-3);
  }

  @Test
  void inOnePrecision() {
    Graph graph = Lane.parse(TIED_LAYERS);
    agree(graph, Quantization.NONE, 1e-5);
    agree(graph, HandQuantization.all(graph, Precision.FP16), 2e-3);
    agree(graph, int8(graph, Set.of("p")), 0.05);
  }

  @Test
  void inTwoPrecisions() {
    Graph graph = Lane.parse(TIED_LAYERS);
    for (String other : Set.of("a", "y")) {
      Quantization mixed = int8(graph, Set.of("p", other));
      agree(graph, mixed, 0.05);
      Map<String, Precision> precisions = new HashMap<>(mixed.precisions());
      precisions.put(other, Precision.FP16);
      agree(graph, new Quantization(precisions, mixed.activations(), mixed.weights()), 0.05);
      agree(graph, new Quantization(Map.of(other, Precision.FP16), Map.of(), Map.of()), 2e-3);
    }
  }

  @Test
  void twiceInOneNode() {
    Graph graph =
        Lane.parse(
            """
            input input: f32[batch,2,3,3]
            y = BatchNormalization[epsilon=1.0E-5](input, s: f32[2] {0.3 0.7}, z: f32[2] {0.1 0.2}, z: f32[2] {0.1 0.2}, s: f32[2] {0.3 0.7})
            output y
            """);
    Array x = Lane.input(graph, 2);
    try (OnnxRunner runner =
        Lane.onnx(folder, graph, HandQuantization.all(graph, Precision.FP16), 17)) {
      Lane.assertClose(Lane.run(runner, graph, x), Reference.output(graph, x), 2e-3, "ONNX");
    }
  }

  private static Quantization int8(Graph graph, Set<String> floats) {
    return HandQuantization.int8(
        graph, Reference.values(graph, Lane.input(graph, 5)), floats, false);
  }

  private void agree(Graph graph, Quantization quantization, double tolerance) {
    Array x = Lane.input(graph, 5);
    Array expected = Reference.output(graph, x);
    String what = graph.nodes().stream().map(Node::name).map(quantization::precision).toList() + "";
    try (OnnxRunner runner = Lane.onnx(folder, graph, quantization, 17)) {
      Lane.assertClose(Lane.run(runner, graph, x), expected, tolerance, what + " as ONNX");
    }
    for (boolean xnnpack : new boolean[] {false, true}) {
      try (TfliteRunner runner = Lane.tflite(folder, graph, quantization, xnnpack)) {
        Lane.assertClose(Lane.run(runner, graph, x), expected, tolerance, what + " as TFLite");
      }
    }
  }
}

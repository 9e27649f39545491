package io.facekit.quantize.equalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Ops;
import io.facekit.core.pass.ChannelScaling;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.Target;
import io.facekit.core.tensor.TensorData;
import io.facekit.quantize.Progress;
import io.facekit.quantize.calibrate.Calibrator;
import io.facekit.quantize.calibrate.ImagePass;
import io.facekit.quantize.calibrate.ImageSample;
import io.facekit.quantize.calibrate.SampleFaces;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.observe.RangeMethod;
import io.facekit.quantize.plan.Plans;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.Quantizer;
import io.facekit.quantize.plan.SharedRanges;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.runtime.face.FaceLoader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Through ONNX Runtime, on a small network whose channels are of very different size. */
class EqualizationTest {
  private static final int IMAGES = 128;

  /** A bin of the histograms by channel, of which the largest value is in the 33rd or later. */
  private static final double COARSE = 1 / 32.0;

  private static final String CONV =
      "Conv[strides=[%1$d, %1$d], pads=[%2$d, %2$d, %2$d, %2$d], dilations=[1, 1], groups=%3$d, activation=%4$s]";

  private static final Graph GRAPH =
      uneven(
          GraphParser.parse(
              """
              input input: f32[batch,3,112,112]
              stem = %1$s(input, stem.w: f32[8,3,3,3] {seed 1}, stem.b: f32[8] {seed 2})
              stem.act = PRelu(stem, stem.slope: f32[8] {seed 3 from -0.2 to 0.9})
              dw = %2$s(stem.act, dw.w: f32[8,1,3,3] {seed 4}, dw.b: f32[8] {seed 5})
              dw.act = PRelu(dw, dw.slope: f32[8] {seed 6 from 0.0 to 0.9})
              project = %3$s(dw.act, project.w: f32[6,8,1,1] {seed 7}, project.b: f32[6] {seed 8})
              expand = %3$s(project, expand.w: f32[8,6,1,1] {seed 9}, expand.b: f32[8] {seed 10})
              expand.act = PRelu(expand, expand.slope: f32[8] {seed 11 from 0.0 to 0.9})
              project2 = %3$s(expand.act, project2.w: f32[6,8,1,1] {seed 12}, project2.b: f32[6] {seed 13})
              sum = Add(project, project2)
              last = %4$s(sum, last.w: f32[5,6,1,1] {seed 14 from -0.1 to 0.1}, last.b: f32[5] {seed 15 from 0.0 to 0.1})
              flat = Flatten(last)
              embedding = Gemm[activation=NONE](flat, embedding.w: f32[4,980] {seed 16}, embedding.b: f32[4] {seed 17})
              output embedding
              """
                  .formatted(
                      CONV.formatted(4, 1, 1, "NONE"),
                      CONV.formatted(2, 1, 8, "NONE"),
                      CONV.formatted(1, 0, 1, "NONE"),
                      CONV.formatted(1, 0, 1, "RELU6")),
              Ops::fromText));

  private static final QuantPlan INT8 = Plans.int8(GRAPH);

  /** Every channel of every weight times another power of 4, so nothing fits one scale. */
  private static Graph uneven(Graph graph) {
    for (String name : List.of("stem", "dw", "project", "expand", "project2", "last")) {
      Node node = graph.node(name).orElseThrow();
      float[] factors = new float[node.output().type().shape().size(1)];
      for (int c = 0; c < factors.length; c++) {
        factors[c] = (float) Math.pow(4, c % 4 - 2);
      }
      ChannelScaling.scaleOutputs(graph, node, factors);
    }
    return graph;
  }

  private static Set<String> quantized(Graph graph) {
    return TargetPlan.of(graph, INT8, Target.ORT_X86).rangesNeeded();
  }

  private static Graph equalized(int threads) {
    try (FaceLoader images = SampleFaces.some(IMAGES)) {
      return new Equalization(GRAPH, quantized(GRAPH), true)
          .run(images, threads, "test", Progress.silent());
    }
  }

  @Test
  void computesTheSameFunction() {
    Graph equalized = equalized(1);
    assertThat(constants(equalized)).isNotEqualTo(constants(GRAPH));
    try (FaceLoader images = SampleFaces.some(IMAGES)) {
      ImageSample sample = ImageSample.of(images, 1, "test");
      List<float[]> before = embeddings(sample, GRAPH, Quantization.NONE);
      List<float[]> after = embeddings(sample, equalized, Quantization.NONE);
      for (int i = 0; i < before.size(); i++) {
        assertThat(relativeError(before.get(i), after.get(i))).isLessThan(1e-5);
      }
    }
  }

  @Test
  void fillsTheScaleOfEveryChannelThatADepthwiseConvReads() {
    Extents before = extents(GRAPH, "stem", "stem.act");
    Extents after = extents(equalized(1), "stem", "stem.act");
    assertThat(spread(before)).isGreaterThan(4);
    assertThat(spread(after)).isCloseTo(1, within(COARSE));
  }

  @Test
  void centresTheChannelsOfTheResidualStream() {
    Extents before = extents(GRAPH, "project", "sum");
    Extents after = extents(equalized(1), "project", "sum");
    double off = 0;
    for (int c = 0; c < after.channels(); c++) {
      off = Math.max(off, Math.abs(before.low(c) + before.high(c)) / before.width(c));
      assertThat((after.low(c) + after.high(c)) / after.width(c))
          .isCloseTo(0, within((float) COARSE));
    }
    assertThat(off).isGreaterThan(0.3);
  }

  @Test
  void doesNotTrustTheCentresOfFewImages() {
    try (FaceLoader images = SampleFaces.some(IMAGES - 1)) {
      Graph few =
          new Equalization(GRAPH, quantized(GRAPH), true).run(images, 1, "test", Progress.silent());
      assertThat(few.node("project").orElseThrow().input(2).data().toFloats())
          .as("a bias that was scaled, and not moved")
          .satisfies(b -> assertThat(signs(b)).isEqualTo(signs(bias("project"))));
      assertThat(signs(equalized(1).node("project").orElseThrow().input(2).data().toFloats()))
          .isNotEqualTo(signs(bias("project")));
    }
  }

  private static float[] bias(String node) {
    return GRAPH.node(node).orElseThrow().input(2).data().toFloats();
  }

  private static List<Boolean> signs(float[] values) {
    List<Boolean> signs = new ArrayList<>();
    for (float v : values) {
      signs.add(v > 0);
    }
    return signs;
  }

  @Test
  void neverLetsTheClipOfARelu6CutWhatWasSeen() {
    Extents e = extents(equalized(1), "last");
    for (int c = 0; c < e.channels(); c++) {
      assertThat(e.high(c)).isGreaterThan(0).isLessThanOrEqualTo(6);
    }
  }

  @Test
  void bringsIntegersCloser() {
    double plain = quantizationError(GRAPH);
    double equalized = quantizationError(equalized(1));
    assertThat(equalized).isLessThan(0.7 * plain);
  }

  @Test
  void doesNotDependOnThreads() {
    assertThat(constants(equalized(2))).isEqualTo(constants(equalized(1)));
  }

  @Test
  void leavesAGraphAloneThatStaysFloat() {
    try (FaceLoader images = SampleFaces.some(2)) {
      Graph same =
          new Equalization(GRAPH, Set.of(), true).run(images, 1, "test", Progress.silent());
      assertThat(GraphPrinter.print(same)).isEqualTo(GraphPrinter.print(GRAPH));
    }
  }

  private static double quantizationError(Graph graph) {
    TargetPlan plan = TargetPlan.of(graph, INT8, Target.ORT_X86);
    Calibrator calibrator =
        new Calibrator(List.of(plan), List.of(), new RangeMethod.MinMax(), "test");
    Map<String, Range> ranges;
    try (FaceLoader images = SampleFaces.some(IMAGES)) {
      ranges = SharedRanges.of(graph, calibrator.calibrate(images, 1, Progress.silent()));
    }
    try (FaceLoader images = SampleFaces.last(4)) {
      ImageSample sample = ImageSample.of(images, 1, "test");
      List<float[]> exact = embeddings(sample, GRAPH, Quantization.NONE);
      List<float[]> rounded = embeddings(sample, plan.graph(), Quantizer.resolve(plan, ranges));
      double sum = 0;
      for (int i = 0; i < exact.size(); i++) {
        sum += relativeError(exact.get(i), rounded.get(i)) / exact.size();
      }
      return sum;
    }
  }

  private static List<float[]> embeddings(ImageSample sample, Graph graph, Quantization q) {
    return sample.map(
        graph,
        q,
        List.of("embedding"),
        shown -> {
          float[] row = new float[4];
          Objects.requireNonNull(shown.get("embedding")).get(row);
          return row;
        });
  }

  private static double relativeError(float[] reference, float[] candidate) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < reference.length; i++) {
      error += Math.pow(reference[i] - candidate[i], 2);
      size += Math.pow(reference[i], 2);
    }
    return Math.sqrt(error / size);
  }

  /** Without what is clipped. */
  private static Extents extents(Graph graph, String... values) {
    Map<String, Integer> channels = new LinkedHashMap<>();
    for (String v : values) {
      channels.put(v, graph.node(v).orElseThrow().output().type().shape().size(1));
    }
    ImagePass pass =
        new ImagePass(graph, Quantization.NONE, List.copyOf(channels.keySet()), "test");
    try (FaceLoader images = SampleFaces.some(IMAGES)) {
      ChannelExtents seen =
          pass.run(images, 1, () -> new ChannelExtents(channels), Progress.silent());
      Extents all = new Extents(channels.values().iterator().next());
      channels.keySet().forEach(v -> all.addAll(seen.clipped(v, Equalization.LEVELS)));
      return all;
    }
  }

  /** How many times the room that the least filled channel leaves is that of the fullest. */
  private static double spread(Extents e) {
    double high = 0;
    double low = 0;
    for (int c = 0; c < e.channels(); c++) {
      high = Math.max(high, e.high(c));
      low = Math.max(low, -e.low(c));
    }
    double least = 1;
    for (int c = 0; c < e.channels(); c++) {
      least = Math.min(least, Math.max(e.high(c) / high, -e.low(c) / low));
    }
    return 1 / least;
  }

  private static Map<String, List<Float>> constants(Graph graph) {
    Map<String, List<Float>> all = new HashMap<>();
    new TreeSet<>(List.of("stem", "dw", "project", "expand", "project2", "last", "embedding"))
        .forEach(
            n -> {
              Value w = graph.node(n).orElseThrow().input(1);
              all.put(n, floats(w.data()));
            });
    return all;
  }

  private static List<Float> floats(TensorData data) {
    Float[] boxed = new Float[data.elements()];
    for (int i = 0; i < boxed.length; i++) {
      boxed[i] = data.floatAt(i);
    }
    return List.of(boxed);
  }
}

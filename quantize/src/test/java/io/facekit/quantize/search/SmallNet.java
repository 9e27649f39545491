package io.facekit.quantize.search;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.ir.Node;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Target;
import io.facekit.quantize.Progress;
import io.facekit.quantize.calibrate.Calibrator;
import io.facekit.quantize.calibrate.ImageSample;
import io.facekit.quantize.calibrate.SampleFaces;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.observe.RangeMethod;
import io.facekit.quantize.plan.LayerPlan;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.Quantizer;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.quantize.select.Layer;
import io.facekit.runtime.face.FaceLoader;
import java.util.List;
import java.util.Map;

/** A network of six units, calibrated on a few faces, in ONNX Runtime. */
final class SmallNet {
  private static final String CONV =
      "Conv[strides=[%1$d, %1$d], pads=[%2$d, %2$d, %2$d, %2$d], dilations=[1, 1], groups=%3$d, activation=NONE]";

  static final Graph GRAPH =
      GraphParser.parse(
          """
          input input: f32[batch,3,112,112]
          stem.conv = %1$s(input, stem.w: f32[8,3,3,3] {seed 1}, stem.b: f32[8] {seed 2})
          stem.act = PRelu(stem.conv, stem.slope: f32[8] {seed 3 from -0.2 to 0.9})
          dw.conv = %2$s(stem.act, dw.w: f32[8,1,3,3] {seed 4}, dw.b: f32[8] {seed 5})
          dw.act = PRelu(dw.conv, dw.slope: f32[8] {seed 6 from 0.0 to 0.9})
          a.conv = %3$s(dw.act, a.w: f32[6,8,1,1] {seed 7}, a.b: f32[6] {seed 8})
          b.conv = %3$s(a.conv, b.w: f32[6,6,1,1] {seed 9}, b.b: f32[6] {seed 10})
          sum = Add(a.conv, b.conv)
          flat = Flatten(sum)
          head.linear = Gemm[activation=NONE](flat, head.w: f32[4,1176] {seed 16}, head.b: f32[4] {seed 17})
          output head.linear
          """
              .formatted(CONV.formatted(4, 1, 1), CONV.formatted(2, 1, 8), CONV.formatted(1, 0, 1)),
          Ops::fromText);

  static final QuantPlan INT8 =
      new QuantPlan(
          GRAPH.nodes().stream()
              .map(n -> new LayerPlan(n.name(), n.op().type(), Precision.INT8, ""))
              .toList(),
          List.of());

  private static final TargetPlan TARGET = TargetPlan.of(GRAPH, INT8, Target.ORT_X86);

  private SmallNet() {}

  static Units units() {
    return Units.of(GRAPH, GRAPH.nodes().stream().map(SmallNet::layer).toList(), TARGET);
  }

  private static Layer layer(Node n) {
    return new Layer(
        n.name(), n.op().type(), n.op() instanceof Conv c && c.isDepthwise(n.input(1)));
  }

  static Trial trial(int threads) {
    try (FaceLoader faces = SampleFaces.some(12);
        FaceLoader sample = SampleFaces.last(4)) {
      Map<String, Range> ranges =
          new Calibrator(List.of(TARGET), List.of(), new RangeMethod.MinMax(), "test")
              .calibrate(faces, 1, Progress.silent());
      return new Trial(
          INT8,
          TARGET,
          ranges,
          Quantizer.resolve(TARGET, ranges),
          ImageSample.of(sample, threads, "test"));
    }
  }
}

package io.facekit.runtime.lanes;

import static io.facekit.runtime.lanes.LaneCase.conv;
import static io.facekit.runtime.lanes.LaneCase.conv1;
import static io.facekit.runtime.lanes.LaneCase.lane;

import java.util.ArrayList;
import java.util.List;

/** At least one small graph for every op. */
final class LaneCases {
  private static final String IMAGE = "3,3,2";
  private static final String ROWS = "flat = Flatten(input)\n";
  private static final String STATISTICS =
      "s: f32[3] {seed 1}, b: f32[3] {seed 2}, m: f32[3] {seed 3}, v: f32[3] {seed 4 from 0.1 to"
          + " 2}";

  private LaneCases() {}

  /** Layers with weights, of every kind of storage. */
  static List<LaneCase> weights() {
    String same = conv("1, 1", "1, 1, 1, 1", "1, 1", 1, "NONE");
    String depthwise = conv("1, 1", "1, 1, 1, 1", "1, 1", 3, "NONE");
    String gemm = "f = Flatten(input)\ny = Gemm[activation=NONE](f, w: ";
    return List.of(
        lane(
            "Conv",
            "3x3",
            "3,7,5",
            "y = " + same + "(input, w: f32[4,3,3,3] {seed 1}, b: f32[4] {seed 2})"),
        lane("Conv", "no bias", "3,7,5", "y = " + same + "(input, w: f32[4,3,3,3] {seed 1})"),
        lane(
            "Conv",
            "1 channel",
            "3,7,5",
            "y = " + same + "(input, w: f32[1,3,3,3] {seed 1}, b: f32[1] {0.3})"),
        lane(
            "Conv",
            "1 channel, no bias",
            "3,7,5",
            "y = " + same + "(input, w: f32[1,3,3,3] {seed 1})"),
        lane(
            "Conv",
            "1 weight",
            "1,7,5",
            "y = " + conv1("NONE") + "(input, w: f32[1,1,1,1] {0.7}, b: f32[1] {0.3})"),
        lane(
            "Conv",
            "depthwise",
            "3,7,5",
            "y = " + depthwise + "(input, w: f32[3,1,3,3] {seed 1}, b: f32[3] {seed 2})"),
        lane("Gemm", "with bias", "3,7,5", gemm + "f32[6,105] {seed 1}, b: f32[6] {seed 2})"),
        lane("Gemm", "to one column", "3,7,5", gemm + "f32[1,105] {seed 2}, b: f32[1] {0.3})"),
        new LaneCase("Gemm", "behind other layers", SMALL_NETWORK, true));
  }

  static List<LaneCase> all() {
    List<LaneCase> all = new ArrayList<>(ConvCases.ALL);
    all.addAll(ActivationCases.all());
    all.addAll(MovingCases.all());
    all.addAll(WindowCases.all());
    all.addAll(
        List.of(
            lane("Gemm", "of an image", IMAGE, ROWS + gemm("NONE", "flat", 18, 4, true)),
            lane("Gemm", "without bias", IMAGE, ROWS + gemm("NONE", "flat", 18, 4, false)),
            lane("Gemm", "to one column", IMAGE, ROWS + gemm("NONE", "flat", 18, 1, true)),
            lane("Gemm", "RELU", IMAGE, ROWS + gemm("RELU", "flat", 18, 5, true)),
            lane("Gemm", "RELU6", IMAGE, ROWS + gemm("RELU6", "flat", 18, 5, true)),
            lane(
                "Gemm",
                "of rows",
                IMAGE,
                ROWS + "r = Relu(flat)\n" + gemm("NONE", "r", 18, 4, true)),
            lane(
                "Gemm",
                "two of one image",
                IMAGE,
                ROWS
                    + gemm("NONE", "flat", 18, 4, true).replace("y =", "a =").replace("b:", "c:")
                    + "\nb = Gemm[activation=RELU](flat, u: f32[4,18] {seed 8})\ny = Add(a, b)"),
            lane("Flatten", "of a map", IMAGE, "y = Flatten(input)"),
            lane("Flatten", "of one pixel", "6,1,1", "r = Relu(input)\ny = Flatten(r)"),
            lane("Flatten", "of rows", IMAGE, ROWS + "r = Relu(flat)\ny = Flatten(r)"),
            lane(
                "Flatten",
                "read twice",
                IMAGE,
                ROWS
                    + gemm("NONE", "flat", 18, 18, true).replace("y =", "g =")
                    + "\ny = Add(flat, g)"),
            lane("Relu", "of a map", IMAGE, "y = Relu(input)"),
            lane("Relu", "of rows", IMAGE, ROWS + "y = Relu(flat)"),
            lane("Clip", "to 0..6", IMAGE, scaled("y = Clip[min=0.0, max=6.0](big)")),
            lane("Clip", "to -2..3", IMAGE, scaled("y = Clip[min=-2.0, max=3.0](big)")),
            lane("Clip", "below", IMAGE, scaled("y = Clip[min=0.5, max=Infinity](big)")),
            lane("Clip", "above", IMAGE, scaled("y = Clip[min=-Infinity, max=0.5](big)")),
            lane("LeakyRelu", "of a map", IMAGE, "y = LeakyRelu[alpha=0.01](input)"),
            lane("LeakyRelu", "steep, of rows", IMAGE, ROWS + "y = LeakyRelu[alpha=1.5](flat)"),
            lane("PRelu", "of a map", IMAGE, "y = PRelu(input, a: f32[3] {0.25 -0.5 1.5})"),
            lane("PRelu", "of one channel", "1,3,3", "y = PRelu(input, a: f32[1] {0.25})"),
            lane("PRelu", "of rows", IMAGE, ROWS + "y = PRelu(flat, a: f32[18] {seed 3})"),
            lane("BatchNormalization", "of a map", IMAGE, batchNorm("input", STATISTICS)),
            lane("BatchNormalization", "of rows", "3,1,1", ROWS + batchNorm("flat", STATISTICS)),
            lane("AveragePool", "of the whole map", IMAGE, pool("3, 2", "3, 2")),
            lane("AveragePool", "2x2", "3,6,4", pool("2, 2", "2, 2")),
            lane("AveragePool", "overlapping", "3,7,5", pool("3, 2", "2, 1")),
            lane("LpNormalization", "of rows", IMAGE, ROWS + "y = LpNormalization(flat)"),
            lane("ReduceL2", "of rows", IMAGE, ROWS + "y = ReduceL2[axis=1](flat)"),
            lane("ReduceL2", "of channels", IMAGE, "y = ReduceL2[axis=1](input)"),
            lane("Reshape", "to rows", IMAGE, "y = Reshape[shape=[batch,9,2]](input)")));
    for (String op : List.of("Add", "Sub", "Mul", "Div", "Max", "Min")) {
      all.addAll(binary(op));
    }
    return all;
  }

  private static List<LaneCase> binary(String op) {
    String other = "p = Clip[min=0.0, max=6.0](input)\nq = Add(p, one: f32[] {1.0})\n";
    String constant = " {seed 6 from 0.5 to 2}";
    return List.of(
        lane(op, "of two maps", IMAGE, other + "y = " + op + "(input, q)"),
        lane(
            op,
            "of a map and its means",
            IMAGE,
            other
                + pool("3, 2", "3, 2").replace("input", "q").replace("y =", "m =")
                + "\ny = "
                + op
                + "(input, m)"),
        lane(
            op,
            "of two rows",
            IMAGE,
            other + "f = Flatten(input)\ng = Flatten(q)\ny = " + op + "(f, g)"),
        lane(op, "with a number", IMAGE, "y = " + op + "(input, c: f32[]" + constant + ")"),
        lane(op, "of a number", IMAGE, other + "y = " + op + "(c: f32[1]" + constant + ", q)"),
        lane(op, "with channels", IMAGE, "y = " + op + "(input, c: f32[1,3,1,1]" + constant + ")"),
        lane(op, "of channels", IMAGE, other + "y = " + op + "(c: f32[3,1,1]" + constant + ", q)"),
        lane(op, "with a row", IMAGE, ROWS + "y = " + op + "(flat, c: f32[18]" + constant + ")"),
        lane(op, "with columns", "3,3,3", "y = " + op + "(input, c: f32[3]" + constant + ")"),
        lane(op, "with a map", IMAGE, "y = " + op + "(input, c: f32[3,3,2]" + constant + ")"));
  }

  private static String scaled(String last) {
    return "big = Mul(input, ten: f32[] {10.0})\n" + last;
  }

  private static String batchNorm(String x, String statistics) {
    return "y = BatchNormalization[epsilon=1.0E-5](" + x + ", " + statistics + ")";
  }

  private static String pool(String kernel, String strides) {
    return "y = AveragePool[kernel=[" + kernel + "], strides=[" + strides + "]](input)";
  }

  private static String gemm(String activation, String x, int columns, int outputs, boolean bias) {
    return "y = Gemm[activation="
        + activation
        + "]("
        + x
        + ", w: f32["
        + outputs
        + ","
        + columns
        + "] {seed "
        + (10 + outputs)
        + "}"
        + (bias ? ", b: f32[" + outputs + "] {seed 2})" : ")");
  }

  /** A Conv, its activation and a Gemm: what most tests of whole graphs need. */
  static final String SMALL_NETWORK =
      """
      input input: f32[batch,3,7,5]
      conv = %s(input, w: f32[4,3,3,3] {seed 1}, b: f32[4] {seed 2})
      act = PRelu(conv, a: f32[4] {0.25 -0.5 0.75 0.1})
      flat = Flatten(act)
      y = Gemm[activation=NONE](flat, v: f32[6,60] {seed 3}, c: f32[6] {seed 4})
      output y
      """
          .formatted(conv1("NONE"));
}

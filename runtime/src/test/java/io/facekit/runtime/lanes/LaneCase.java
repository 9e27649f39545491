package io.facekit.runtime.lanes;

import io.facekit.core.ir.Graph;
import java.util.Locale;

/**
 * A small graph for one op.
 *
 * @param op the type name of the op
 * @param what what is special about it
 * @param text the graph; the input is one image batch
 * @param tflite whether it can be written as TFLite
 */
record LaneCase(String op, String what, String text, boolean tflite) {

  /** A case whose nodes end with {@code y}, the output. */
  static LaneCase lane(String op, String what, String image, String nodes) {
    String text = "input input: f32[batch," + image + "]\n" + nodes + "\noutput y\n";
    return new LaneCase(op, what, text, true);
  }

  LaneCase onnxOnly() {
    return new LaneCase(op, what, text, false);
  }

  Graph graph() {
    return Lane.parse(text);
  }

  /** The text of a Conv. */
  static String conv(String strides, String pads, String dilations, int groups, String activation) {
    return String.format(
        Locale.ROOT,
        "Conv[strides=[%s], pads=[%s], dilations=[%s], groups=%d, activation=%s]",
        strides,
        pads,
        dilations,
        groups,
        activation);
  }

  /** The text of a Conv of stride 1 without padding. */
  static String conv1(String activation) {
    return conv("1, 1", "0, 0, 0, 0", "1, 1", 1, activation);
  }

  @Override
  public String toString() {
    return op + ": " + what;
  }
}

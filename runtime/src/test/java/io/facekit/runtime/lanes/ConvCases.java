package io.facekit.runtime.lanes;

import static io.facekit.runtime.lanes.LaneCase.conv;
import static io.facekit.runtime.lanes.LaneCase.conv1;

import java.util.List;

/** Convolutions over odd and even maps, with every kind of window that the op can have. */
final class ConvCases {
  private static final String D1 = "1, 1";

  static final List<LaneCase> ALL =
      List.of(
          one("1x1 without bias", "3,7,5", conv1("NONE"), "4,3,1,1", false),
          one("1x1 to one channel", "3,7,5", conv1("NONE"), "1,3,1,1", true),
          one("3x3 same", "3,7,5", conv("1, 1", "1, 1, 1, 1", D1, 1, "NONE"), "4,3,3,3", true),
          one("stride 2, odd", "3,7,5", conv("2, 2", "1, 1, 1, 1", D1, 1, "NONE"), "4,3,3,3", true),
          one(
              "stride 2, even",
              "3,8,6",
              conv("2, 2", "1, 1, 1, 1", D1, 1, "NONE"),
              "4,3,3,3",
              true),
          one(
              "stride 2 as SAME",
              "3,8,6",
              conv("2, 2", "0, 0, 1, 1", D1, 1, "NONE"),
              "4,3,3,3",
              true),
          one("strides 2, 1", "3,7,5", conv("2, 1", "0, 0, 0, 0", D1, 1, "NONE"), "4,3,3,3", true),
          one(
              "stride 3 over 1x1",
              "3,7,5",
              conv("3, 3", "0, 0, 0, 0", D1, 1, "NONE"),
              "4,3,1,1",
              true),
          one(
              "uneven padding",
              "3,7,5",
              conv("1, 1", "1, 0, 2, 1", D1, 1, "NONE"),
              "4,3,3,3",
              true),
          one("much padding", "3,7,5", conv("1, 1", "3, 3, 3, 3", D1, 1, "NONE"), "4,3,3,3", true),
          one("5x5", "3,7,5", conv("1, 1", "2, 2, 2, 2", D1, 1, "NONE"), "2,3,5,5", true),
          one("1x3", "3,7,5", conv("1, 1", "0, 1, 0, 1", D1, 1, "NONE"), "2,3,1,3", true),
          one("even kernel", "3,7,5", conv("1, 1", "0, 0, 1, 1", D1, 1, "NONE"), "2,3,2,2", true),
          one("whole map", "3,7,5", conv1("NONE"), "6,3,7,5", true),
          one(
              "dilation 2",
              "3,7,5",
              conv("1, 1", "2, 2, 2, 2", "2, 2", 1, "NONE"),
              "4,3,3,3",
              true),
          one(
              "dilation 3, 1",
              "3,9,5",
              conv("1, 1", "0, 0, 0, 0", "3, 1", 1, "NONE"),
              "4,3,3,3",
              true),
          one(
              "SAME along one axis, spare rows along the other",
              "2,8,7",
              conv("2, 2", "0, 2, 0, 2", D1, 1, "NONE"),
              "6,2,1,5",
              true),
          one(
              "depthwise, SAME along one axis, spare rows along the other",
              "2,8,7",
              conv("3, 2", "0, 2, 0, 2", D1, 2, "NONE"),
              "2,1,1,5",
              true),
          one("RELU", "3,7,5", conv("1, 1", "1, 1, 1, 1", D1, 1, "RELU"), "4,3,3,3", true),
          one("RELU6", "3,7,5", conv("1, 1", "1, 1, 1, 1", D1, 1, "RELU6"), "4,3,3,3", true),
          one("depthwise", "3,7,5", conv("1, 1", "1, 1, 1, 1", D1, 3, "NONE"), "3,1,3,3", true),
          one(
              "depthwise, no bias",
              "3,7,5",
              conv("1, 1", "1, 1, 1, 1", D1, 3, "RELU"),
              "3,1,3,3",
              false),
          one(
              "depthwise, stride 2, even",
              "3,8,6",
              conv("2, 2", "1, 1, 1, 1", D1, 3, "RELU6"),
              "3,1,3,3",
              true),
          one(
              "depthwise, uneven",
              "3,7,5",
              conv("2, 1", "1, 0, 0, 2", D1, 3, "NONE"),
              "3,1,3,3",
              true),
          one(
              "depthwise, multiplier 2",
              "3,7,5",
              conv("1, 1", "1, 1, 1, 1", D1, 3, "NONE"),
              "6,1,3,3",
              true),
          one(
              "depthwise, dilation 2",
              "3,7,5",
              conv("1, 1", "2, 2, 2, 2", "2, 2", 3, "NONE"),
              "3,1,3,3",
              true),
          one(
              "depthwise, whole map",
              "3,7,5",
              conv("1, 1", "0, 0, 0, 0", D1, 3, "NONE"),
              "3,1,7,5",
              true),
          LaneCase.lane(
              "Conv",
              "two groups",
              "3,7,5",
              "c = "
                  + conv1("NONE")
                  + "(input, v: f32[4,3,1,1] {seed 3})\ny = "
                  + conv("2, 2", "1, 1, 1, 1", D1, 2, "RELU")
                  + "(c, w: f32[6,2,3,3] {seed 4}, b: f32[6] {seed 5})"));

  private ConvCases() {}

  private static LaneCase one(String what, String image, String op, String weight, boolean bias) {
    String channels = weight.substring(0, weight.indexOf(','));
    String last = bias ? ", b: f32[" + channels + "] {seed 2})" : ")";
    return LaneCase.lane(
        "Conv", what, image, "y = " + op + "(input, w: f32[" + weight + "] {seed 1}" + last);
  }
}

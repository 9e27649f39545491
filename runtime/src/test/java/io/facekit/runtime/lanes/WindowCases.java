package io.facekit.runtime.lanes;

import static io.facekit.runtime.lanes.LaneCase.lane;

import java.util.List;

/** Ops that look at windows of a map. */
final class WindowCases {
  private static final String POOL = "p = AveragePool[kernel=[2, 2], strides=[1, 1]](input)\n";

  private WindowCases() {}

  static List<LaneCase> all() {
    return List.of(
        lane(
            "MaxPool",
            "2x2",
            "3,6,4",
            "y = MaxPool[kernel=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0], dilations=[1, 1]](input)"),
        lane(
            "MaxPool",
            "of the whole map",
            "3,5,3",
            "y = MaxPool[kernel=[5, 3], strides=[5, 3], pads=[0, 0, 0, 0], dilations=[1, 1]](input)"),
        lane(
            "MaxPool",
            "padded",
            "3,7,5",
            "y = MaxPool[kernel=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1]](input)"),
        lane(
            "MaxPool",
            "padded, stride 2, even",
            "3,8,6",
            "y = MaxPool[kernel=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], dilations=[1, 1]](input)"),
        lane(
            "MaxPool",
            "padded, stride 2, odd",
            "3,7,5",
            "y = MaxPool[kernel=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], dilations=[1, 1]](input)"),
        lane(
            "MaxPool",
            "uneven",
            "3,7,5",
            "y = MaxPool[kernel=[3, 2], strides=[2, 1], pads=[0, 1, 2, 0], dilations=[1, 1]](input)"),
        lane(
            "MaxPool",
            "of single pixels",
            "3,7,5",
            "y = MaxPool[kernel=[1, 1], strides=[2, 2], pads=[0, 0, 0, 0], dilations=[1, 1]](input)"),
        lane(
                "MaxPool",
                "dilated",
                "3,7,5",
                "y = MaxPool[kernel=[2, 2], strides=[1, 1], pads=[0, 0, 0, 0], dilations=[2, 2]](input)")
            .onnxOnly(),
        lane(
            "Pad",
            "that a MaxPool reads",
            "3,6,5",
            """
            n = Sub(input, two: f32[] {2.0})
            p = Pad[pads=[0, 0, 1, 1, 0, 0, 1, 0], value=0.0](n)
            y = MaxPool[kernel=[2, 2], strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1]](p)"""),
        lane("Clip", "above 0 of a pool", "3,6,5", POOL + "y = Clip[min=0.25, max=0.5](p)"),
        lane("Clip", "below 0 of a pool", "3,6,5", POOL + "y = Clip[min=-0.5, max=-0.1](p)"),
        lane("Max", "of a pool and a number", "1,2,2", POOL + "y = Max(p, c: f32[] {0.25})"),
        lane("Min", "of a pool and a number", "3,6,5", POOL + "y = Min(p, c: f32[] {-0.1})"),
        lane(
            "Pad",
            "as large as the window of a pool",
            "3,6,5",
            """
            p = Pad[pads=[0, 0, 2, 0, 0, 0, 1, 1], value=0.0](input)
            y = AveragePool[kernel=[2, 3], strides=[2, 2]](p)"""),
        lane(
            "Resize",
            "nearest, twice",
            "3,4,3",
            "y = Resize[mode=NEAREST, height=8, width=6](input)"),
        lane(
            "Resize",
            "nearest, other",
            "3,4,3",
            "y = Resize[mode=NEAREST, height=7, width=2](input)"),
        lane(
            "Resize",
            "linear, twice",
            "3,4,3",
            "y = Resize[mode=LINEAR, height=8, width=6](input)"),
        lane(
            "Resize",
            "linear, other",
            "3,4,3",
            "y = Resize[mode=LINEAR, height=7, width=2](input)"),
        lane(
            "Resize",
            "linear, to a row",
            "3,4,3",
            "y = Resize[mode=LINEAR, height=1, width=5](input)"),
        lane(
            "Resize",
            "linear, corners",
            "3,4,3",
            "y = Resize[mode=LINEAR_ALIGN_CORNERS, height=7, width=5](input)"),
        new LaneCase(
            "Cast",
            "of pixels",
            "input input: u8[batch,3,4,2]\ny = Cast[to=FLOAT32](input)\noutput y\n",
            true));
  }
}

package io.facekit.runtime.lanes;

import static io.facekit.runtime.lanes.LaneCase.lane;

import java.util.List;

/** Ops that move or select numbers, and products of what was moved. */
final class MovingCases {
  private MovingCases() {}

  static List<LaneCase> all() {
    return List.of(
        lane(
            "Concat",
            "of channels",
            "3,4,2",
            "r = Relu(input)\ny = Concat[axis=1](input, r, input)"),
        lane(
            "Concat",
            "of lines",
            "3,4,2",
            "r = Slice[axis=2, start=1, end=3, step=1](input)\ny = Concat[axis=2](input, r)"),
        lane("Concat", "of columns", "3,4,2", "r = Relu(input)\ny = Concat[axis=3](r, input)"),
        lane(
            "Concat",
            "of rows",
            "3,4,2",
            "f = Flatten(input)\nr = Relu(f)\ny = Concat[axis=1](r, f)"),
        lane(
            "Concat",
            "of five",
            "3,4,2",
            "r = Relu(input)\ny = Concat[axis=1](input, r, input, r, r)"),
        lane("Slice", "of channels", "5,4,2", "y = Slice[axis=1, start=1, end=4, step=1](input)"),
        lane("Slice", "of lines", "3,5,2", "y = Slice[axis=2, start=2, end=5, step=1](input)"),
        lane(
            "Slice",
            "of columns, every second",
            "3,2,7",
            "y = Slice[axis=3, start=1, end=6, step=2](input)"),
        lane(
            "Slice",
            "of channels, every third",
            "7,2,2",
            "y = Slice[axis=1, start=0, end=7, step=3](input)"),
        lane(
            "Slice",
            "of a table",
            "3,4,2",
            "f = Reshape[shape=[batch,3,8]](input)\ny = Slice[axis=2, start=3, end=5, step=1](f)"),
        lane("Gather", "of channels", "3,4,2", "y = Gather[axis=1, indices=[2, 1, 0]](input)"),
        lane(
            "Gather",
            "of lines, one twice",
            "3,4,2",
            "y = Gather[axis=2, indices=[3, 0, 3]](input)"),
        lane(
            "Gather",
            "of a table",
            "3,4,2",
            "f = Reshape[shape=[batch,3,8]](input)\ny = Gather[axis=1, indices=[1, 1, 0, 2]](f)"),
        lane("Tile", "of channels", "1,4,2", "y = Tile[repeats=[1, 3, 1, 1]](input)"),
        lane("Tile", "of a map", "3,2,1", "y = Tile[repeats=[1, 1, 2, 3]](input)"),
        lane(
            "Tile",
            "of a table",
            "3,4,2",
            "f = Reshape[shape=[batch,3,8]](input)\ny = Tile[repeats=[1, 2, 1]](f)"),
        lane(
            "Pad", "of a map", "3,4,2", "y = Pad[pads=[0, 0, 1, 0, 0, 0, 2, 3], value=0.0](input)"),
        lane(
            "Pad",
            "of channels with a number",
            "3,4,2",
            "y = Pad[pads=[0, 1, 0, 0, 0, 2, 0, 0], value=-1.5](input)"),
        lane(
            "Pad",
            "of rows",
            "3,4,2",
            "f = Flatten(input)\ny = Pad[pads=[0, 1, 0, 2], value=0.0](f)"),
        lane(
            "Transpose", "of height and width", "3,4,2", "y = Transpose[perm=[0, 1, 3, 2]](input)"),
        lane(
            "Transpose",
            "of channels and width",
            "3,4,2",
            "y = Transpose[perm=[0, 3, 2, 1]](input)"),
        lane("Transpose", "to channels last", "3,4,2", "y = Transpose[perm=[0, 2, 3, 1]](input)"),
        lane(
            "Transpose",
            "to channels last and back",
            "3,4,2",
            "p = Transpose[perm=[0, 2, 3, 1]](input)\nr = Relu(p)\ny = Transpose[perm=[0, 3, 1, 2]](r)"),
        lane(
            "Transpose",
            "of a transpose",
            "3,4,2",
            "p = Transpose[perm=[0, 2, 3, 1]](input)\ny = Transpose[perm=[0, 2, 1, 3]](p)"),
        lane(
            "Transpose",
            "of a table",
            "3,4,2",
            "f = Reshape[shape=[batch,3,8]](input)\ny = Transpose[perm=[0, 2, 1]](f)"),
        lane(
            "Transpose",
            "of heads",
            "8,4,2",
            "f = Reshape[shape=[batch,2,4,8]](input)\ny = Transpose[perm=[0, 2, 1, 3]](f)"),
        lane(
            "Transpose",
            "of five axes",
            "4,3,2",
            "a = Reshape[shape=[batch,2,2,3,2]](input)\nb = Transpose[perm=[0, 2, 1, 3, 4]](a)\ny = Reshape[shape=[batch,4,3,2]](b)"),
        lane(
            "Transpose",
            "of six axes",
            "4,3,2",
            "a = Reshape[shape=[batch,1,2,2,3,2]](input)\nb = Transpose[perm=[0, 1, 4, 2, 5, 3]](a)\ny = Reshape[shape=[batch,1,6,4]](b)"),
        lane(
            "Transpose",
            "read twice",
            "3,4,2",
            "p = Transpose[perm=[0, 2, 3, 1]](input)\na = Reshape[shape=[batch,24]](p)\nb = Flatten(p)\nr = Relu(b)\ny = Add(a, r)"),
        lane(
            "Transpose",
            "behind a reshape, flattened",
            "3,4,2",
            "a = Reshape[shape=[batch,4,3,2]](input)\np = Transpose[perm=[0, 3, 1, 2]](a)\nf = Flatten(p)\ny = Gemm[activation=NONE](f, w: f32[2,24] {seed 3})"),
        lane(
            "Transpose",
            "of rows of a map",
            "3,4,2",
            "p = Transpose[perm=[0, 2, 3, 1]](input)\na = Reshape[shape=[batch*8,3]](p)\ng = Gemm[activation=NONE](a, w: f32[5,3] {seed 3})\nb = Reshape[shape=[batch,4,2,5]](g)\ny = Transpose[perm=[0, 3, 1, 2]](b)"),
        lane("Reshape", "of a map to a map", "4,3,2", "y = Reshape[shape=[batch,2,6,2]](input)"),
        lane(
            "Reshape",
            "of a map to a map, read by all",
            "4,3,2",
            "a = Reshape[shape=[batch,2,6,2]](input)\nr = Relu(a)\nb = Reshape[shape=[batch,2,12]](a)\nc = Reshape[shape=[batch,2,6,2]](b)\ny = Add(r, c)"),
        lane("Reshape", "of one pixel", "6,1,1", "y = Reshape[shape=[batch,1,1,6]](input)"),
        lane(
            "Reshape",
            "of rows to a map",
            "3,3,2",
            "f = Flatten(input)\nr = Relu(f)\ny = Reshape[shape=[batch,2,3,3]](r)"),
        lane(
            "Reshape",
            "of rows to pixels",
            "3,3,2",
            "f = Flatten(input)\nr = Relu(f)\ny = Reshape[shape=[batch,18,1,1]](r)"),
        lane(
            "MatMul",
            "of tables",
            "3,4,2",
            "f = Reshape[shape=[batch,3,8]](input)\nt = Transpose[perm=[0, 2, 1]](f)\ny = MatMul(f, t)"),
        lane(
            "MatMul",
            "of maps",
            "3,4,2",
            "t = Transpose[perm=[0, 1, 3, 2]](input)\nr = Relu(input)\ny = MatMul(t, r)"),
        lane(
            "MatMul",
            "of heads",
            "8,4,2",
            "f = Reshape[shape=[batch,2,4,8]](input)\nt = Transpose[perm=[0, 1, 3, 2]](f)\nm = MatMul(f, t)\ns = Softmax[axis=3](m)\ny = MatMul(s, f)"),
        lane(
            "MatMul",
            "with a constant",
            "3,4,2",
            "f = Reshape[shape=[batch,3,8]](input)\ny = MatMul(f, w: f32[8,5] {seed 4})"));
  }
}

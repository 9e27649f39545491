package io.facekit.core.convert;

import static io.facekit.core.convert.OnnxImportTest.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.facekit.core.error.FacekitException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes of operators that move, repeat, join and pick elements, over the operator sets. */
class OnnxMovementImportTest {
  private static final long MOST = Long.MAX_VALUE;
  private static final List<Integer> MAP = List.of(2, 3);

  /** Also {@code deep}, of 4 channels, 6 rows and 1 column; and {@code line}, of rank 3. */
  private static OnnxFile file(int opset) {
    return OnnxImportTest.file(opset)
        .longs("toDeep", 0, 4, 3, 1)
        .node("Reshape", List.of("rows", "toDeep"), List.of("deep"))
        .longs("toLine", 0, 3, 4)
        .node("Reshape", List.of("rows", "toLine"), List.of("line"))
        .floats("k4", new float[4 * 5], 4, 5)
        .floats("cube", new float[4 * 2], 1, 4, 2)
        .floats("scales", new float[] {1, 1, 2, 3}, 4)
        .floats("scales23", new float[] {2, 2}, 2)
        .floats("odd", new float[] {1, 1, 1.4f, 1}, 4)
        .floats("down", new float[] {1, 1, 0.5f, 1}, 4)
        .floats("batch2", new float[] {2, 1, 1, 1}, 4)
        .longs("first", 0)
        .longs("two", 2)
        .longs("five", 5)
        .longs("most", MOST)
        .longs("least", -MOST)
        .longs("starts", 1, 0)
        .longs("ends", MOST, 1)
        .longs("axes13", 1, 3)
        .longs("parts", 5, 7)
        .longs("pads", 0, 0, 1, 0, 0, 0, 0, 2)
        .longs("pads2", 1, 2, 3, 4)
        .longs("crop", 0, 0, 0, 0, 0, 0, -1, 0)
        .longs("batchPads", 1, 0, 0, 0, 0, 0, 0, 0)
        .longs("size", 3, 5)
        .longs("single", 1, 1)
        .longs("sizes", 1, 3, 4, 4)
        .longs("twice", 1, 2, 1, 3)
        .longs("never", 1, 0, 1, 1)
        .longs("everyTwice", 2, 1, 1, 1)
        .longs("wider", 5, 1, 3, 1, 1)
        .longs("wide33", 3, 1)
        .longs("picks", 5, -1)
        .scalar("one0", 1);
  }

  private static Arguments pool(int opset, Map<String, Object> attributes, String text) {
    return node(opset, "MaxPool", List.of("x"), attributes, text);
  }

  static List<Arguments> cases() {
    return List.of(
        node(9, "Concat", List.of("x", "x"), Map.of("axis", -3), "Concat[axis=1](x, x)"),
        node(13, "Concat", List.of("x"), Map.of("axis", 1), "y.relu = Relu(x)"),
        node(
            9, "Transpose", List.of("x"), Map.of("perm", List.of(0, 2, 3, 1)), "=[0, 2, 3, 1]](x)"),
        node(13, "Transpose", List.of("x"), Map.of(), "Transpose[perm=[3, 2, 1, 0]](x)"),
        node(
            13,
            "Transpose",
            List.of("pooled"),
            Map.of("perm", List.of(0, 2, 3, 1)),
            "Reshape[shape=[batch,1,1,3]](pooled)"),
        node(
            9,
            "Slice",
            List.of("x"),
            Map.of("starts", List.of(0, 1), "ends", List.of(9, 2), "axes", List.of(-3, 2)),
            "y = Slice[axis=2, start=1, end=2, step=1](x)"),
        node(
            9,
            "Slice",
            List.of("x"),
            Map.of("starts", List.of(0), "ends", List.of(Integer.MAX_VALUE)),
            "y.relu = Relu(x)"),
        node(
            13,
            "Slice",
            List.of("x", "starts", "ends", "axes13"),
            Map.of(),
            """
            y = Slice[axis=1, start=1, end=3, step=1](x) : f32[batch,2,2,2]
            y_1 = Slice[axis=3, start=0, end=1, step=1](y) : f32[batch,2,2,1]
            """),
        node(
            10,
            "Slice",
            List.of("rows", "axis1", "most", "axis1", "five"),
            Map.of(),
            "y = Slice[axis=1, start=1, end=12, step=5](rows) : f32[batch,3]"),
        node(
            10,
            "Slice",
            List.of("rows", "last", "least", "axis1", "last"),
            Map.of(),
            "Gather[axis=1, indices=[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]](rows)"),
        node(
            9,
            "Split",
            List.of("rows"),
            Map.of("axis", 1, "split", List.of(12)),
            "y.relu = Relu(rows)"),
        node(
            9,
            "Pad",
            List.of("x"),
            Map.of("pads", List.of(0, 0, 1, 0, 0, 0, 0, 2), "value", 0.5f),
            "Pad[pads=[0, 0, 1, 0, 0, 0, 0, 2], value=0.5](x)"),
        node(13, "Pad", List.of("x", "pads", "six"), Map.of(), "2], value=6.0](x)"),
        node(13, "Pad", List.of("x", "pads"), Map.of("mode", "constant"), "value=0.0](x)"),
        node(
            18,
            "Pad",
            List.of("x", "pads2", "", "axes23"),
            Map.of(),
            "Pad[pads=[0, 0, 1, 2, 0, 0, 3, 4], value=0.0](x)"),
        pool(
            9,
            Map.of("kernel_shape", List.of(2, 2), "pads", List.of(0, 1, 1, 0)),
            "[kernel=[2, 2], strides=[1, 1], pads=[0, 1, 1, 0], dilations=[1, 1]](x)"),
        pool(
            12,
            Map.of(
                "kernel_shape",
                List.of(2, 1),
                "dilations",
                List.of(1, 3),
                "strides",
                List.of(1, 2)),
            "[kernel=[2, 1], strides=[1, 2], pads=[0, 0, 0, 0], dilations=[1, 3]](x)"),
        pool(
            9,
            Map.of("kernel_shape", List.of(2, 2), "auto_pad", "SAME_LOWER"),
            "pads=[1, 1, 0, 0]"),
        pool(
            10,
            Map.of(
                "kernel_shape",
                List.of(2, 2),
                "pads",
                List.of(1, 0, 0, 0),
                "strides",
                MAP,
                "ceil_mode",
                1),
            "pads=[1, 0, 1, 0], dilations=[1, 1]](x) : f32[batch,3,2,1]"),
        node(9, "GlobalMaxPool", List.of("x"), Map.of(), "MaxPool[kernel=[2, 2], strides=[2, 2]"),
        node(9, "MatMul", List.of("x", "x"), Map.of(), "y = MatMul(x, x)"),
        node(13, "MatMul", List.of("line", "cube"), Map.of(), "y = MatMul(line, cube: f32[1,4,2]"),
        node(
            13,
            "MatMul",
            List.of("line", "k4"),
            Map.of(),
            """
            y_1 = Gemm[activation=NONE](y, k4: f32[5,4] {"""),
        node(9, "Tile", List.of("x", "twice"), Map.of(), "Tile[repeats=[1, 2, 1, 3]](x)"),
        node(9, "Expand", List.of("pooled", "wide33"), Map.of(), "[repeats=[1, 1, 3, 1]](pooled)"),
        node(
            13,
            "Expand",
            List.of("x", "wider"),
            Map.of(),
            """
            y = Reshape[shape=[1,batch,3,2,2]](x) : f32[1,batch,3,2,2]
            y_1 = Tile[repeats=[5, 1, 1, 1, 1]](y)"""),
        node(11, "Gather", List.of("rows", "picks"), Map.of("axis", 1), "indices=[5, 11]](rows)"),
        node(
            9,
            "Gather",
            List.of("x", "one0"),
            Map.of("axis", 1),
            """
            y = Slice[axis=1, start=1, end=2, step=1](x) : f32[batch,1,2,2]
            y_1 = Reshape[shape=[batch,2,2]](y)"""),
        node(
            9,
            "DepthToSpace",
            List.of("deep"),
            Map.of("blocksize", 2),
            """
            Transpose[perm=[0, 3, 4, 1, 5, 2]]"""),
        node(
            11,
            "DepthToSpace",
            List.of("deep"),
            Map.of("blocksize", 2, "mode", "CRD"),
            "Transpose[perm=[0, 1, 4, 2, 5, 3]]"),
        node(13, "SpaceToDepth", List.of("x"), Map.of("blocksize", 2), "[shape=[batch,12,1,1]]"),
        node(9, "Upsample", List.of("x", "scales"), Map.of(), "=NEAREST, height=4, width=6](x)"),
        node(10, "Resize", List.of("x", "scales"), Map.of(), "=NEAREST, height=4, width=6](x)"),
        node(13, "Resize", List.of("x", "", "scales"), Map.of(), "=NEAREST, height=4, width=6](x)"),
        node(
            11,
            "Resize",
            List.of("x", "", "down"),
            Map.of("coordinate_transformation_mode", "asymmetric", "nearest_mode", "floor"),
            "Resize[mode=NEAREST, height=1, width=2](x)"),
        node(
            13,
            "Resize",
            List.of("x", "", "scales"),
            Map.of("mode", "linear"),
            "Resize[mode=LINEAR, height=4, width=6](x)"),
        node(
            13,
            "Resize",
            List.of("x", "", "", "sizes"),
            Map.of("mode", "linear", "coordinate_transformation_mode", "pytorch_half_pixel"),
            "Resize[mode=LINEAR, height=4, width=4](x)"),
        node(
            18,
            "Resize",
            List.of("x", "", "", "size"),
            Map.of(
                "mode", "linear", "axes", MAP, "coordinate_transformation_mode", "align_corners"),
            "Resize[mode=LINEAR_ALIGN_CORNERS, height=3, width=5](x)"),
        node(
            18, "Resize", List.of("x", "", "scales23"), Map.of("axes", List.of(3, 2)), "height=4"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void imports(
      int opset, String type, List<String> inputs, Map<String, Object> attributes, String text) {
    OnnxFile file = file(opset).node(type, "y", inputs, List.of("r"), attributes);
    boolean nothing = text.startsWith("y.relu = Relu");
    String graph =
        OnnxImportTest.print(
            nothing
                ? file.node("Relu", "y", List.of("r"), List.of("y"), Map.of())
                : file.node("Identity", List.of("r"), List.of("y")));
    assertThat(graph).contains(text);
  }

  static List<Arguments> refusals() {
    Map<String, Object> two = Map.of("kernel_shape", List.of(2, 2));
    return List.of(
        node(9, "Concat", List.of("x", "x"), Map.of("axis", 0), "along axis 0"),
        node(9, "Concat", List.of("x", "x"), Map.of(), "without an axis"),
        node(9, "Concat", List.of("x", "wide"), Map.of("axis", 1), "behind"),
        node(9, "Transpose", List.of("x"), Map.of("perm", List.of(0, 1)), "perm [0, 1]"),
        node(13, "Slice", List.of("rows", "first", "axis1", "first"), Map.of(), "of the batch"),
        node(13, "Slice", List.of("rows", "five", "two", "axis1"), Map.of(), "from 5 to 2 by 1"),
        node(13, "Slice", List.of("rows", "first", "most", "axis1", "first"), Map.of(), "by 0"),
        node(13, "Slice", List.of("rows", "first", "ends"), Map.of(), "a slice from [0]"),
        node(13, "Slice", List.of("rows", "rows", "ends"), Map.of(), "starts that are computed"),
        node(13, "Split", List.of("rows", "parts"), Map.of("axis", 1), "parts [5, 7]"),
        node(13, "Split", List.of("rows"), Map.of(), "a part of the batch"),
        node(9, "Pad", List.of("x"), Map.of("mode", "reflect"), "in mode reflect"),
        node(19, "Pad", List.of("x", "pads"), Map.of("mode", "wrap"), "in mode wrap"),
        node(13, "Pad", List.of("x", "crop"), Map.of(), "in mode constant"),
        node(13, "Pad", List.of("x", "batchPads"), Map.of(), "padding of the batch"),
        node(13, "Pad", List.of("x", "pads", "c2"), Map.of(), "input 2 of shape [2]"),
        pool(9, Map.of("kernel_shape", List.of(2)), "kernel_shape [2]"),
        pool(9, Map.of("kernel_shape", List.of(3, 3)), "padding [0, 0, 0, 0] of"),
        pool(9, Map.of("kernel_shape", List.of(2, 2), "pads", List.of(2, 0, 0, 0)), "of windows"),
        node(
            10,
            "MaxPool",
            List.of("deep"),
            Map.of(
                "kernel_shape",
                List.of(2, 1),
                "strides",
                List.of(2, 1),
                "auto_pad",
                "VALID",
                "ceil_mode",
                1),
            "auto_pad with ceil_mode"),
        node(9, "MaxPool", List.of("line"), two, "pooling of"),
        node(9, "GlobalMaxPool", List.of("line"), Map.of(), "pooling of"),
        node(13, "MatMul", List.of("rows", "c3"), Map.of(), "a product of"),
        node(9, "Tile", List.of("x", "never"), Map.of(), "repeats [1, 0, 1, 1]"),
        node(9, "Tile", List.of("x", "everyTwice"), Map.of(), "repeating the batch"),
        node(9, "Tile", List.of("x", "size"), Map.of(), "repeats [3, 5]"),
        node(9, "Gather", List.of("x", "five"), Map.of("axis", 1), "index 5 of 3"),
        node(9, "Gather", List.of("x", "last"), Map.of("axis", 1), "index -1 of 3"),
        node(13, "Gather", List.of("x", "first"), Map.of(), "indexing of the batch"),
        node(13, "Gather", List.of("x", "rows"), Map.of("axis", 1), "indices that are computed"),
        node(9, "DepthToSpace", List.of("x"), Map.of("blocksize", 2), "a shuffle of 3 by 4"),
        node(9, "SpaceToDepth", List.of("x"), Map.of(), "by 0"),
        node(10, "Upsample", List.of("x", "scales"), Map.of(), "resizing of"),
        node(10, "Resize", List.of("x", "down"), Map.of(), "mode nearest of asymmetric by floor"),
        node(10, "Resize", List.of("x", "scales"), Map.of("mode", "linear"), "mode linear"),
        node(13, "Resize", List.of("x", "", "odd"), Map.of("mode", "cubic"), "mode cubic"),
        node(13, "Resize", List.of("x", "", "batch2"), Map.of(), "resizing of axis 0"),
        node(13, "Resize", List.of("x", "", "", "everyTwice"), Map.of(), "of axis 0 to 2"),
        node(13, "Resize", List.of("x", "", "size"), Map.of(), "scales of axes"),
        node(13, "Resize", List.of("x"), Map.of(), "scales that are computed"),
        node(
            13,
            "Resize",
            List.of("x", "", "odd"),
            Map.of("mode", "linear"),
            "scales that do not fit"),
        node(
            13,
            "Resize",
            List.of("x", "", "odd"),
            Map.of("mode", "linear", "coordinate_transformation_mode", "align_corners"),
            "scales that do not fit"),
        node(
            13,
            "Resize",
            List.of("x", "", "scales"),
            Map.of("nearest_mode", "ceil"),
            "mode nearest of half_pixel by ceil"),
        node(
            18,
            "Resize",
            List.of("x", "", "scales"),
            Map.of("mode", "linear", "antialias", 1),
            "mode linear"),
        node(
            18,
            "Resize",
            List.of("x", "", "", "size"),
            Map.of("axes", MAP, "keep_aspect_ratio_policy", "not_larger"),
            "sizes"),
        node(
            18,
            "Resize",
            List.of("x", "", "", "single"),
            Map.of(
                "axes",
                MAP,
                "mode",
                "linear",
                "coordinate_transformation_mode",
                "pytorch_half_pixel"),
            "of pytorch_half_pixel"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(
      int opset, String type, List<String> inputs, Map<String, Object> attributes, String text) {
    OnnxFile file = file(opset).node(type, "y", inputs, List.of("y"), attributes).output("y");
    OnnxImportTest.assertRefused(file, text);
  }

  private static Object load(OnnxFile file) {
    return OnnxImporter.load(file.read(), Optional.empty());
  }

  /** Parts that nothing reads leave no node. */
  @Test
  void splitIsSlices() {
    OnnxFile given =
        file(13).node("Split", "s", List.of("rows", "parts"), List.of("a", "y"), Map.of("axis", 1));
    assertThat(OnnxImportTest.print(given))
        .contains("s = Slice[axis=1, start=0, end=5, step=1](rows) : f32[batch,5]")
        .contains("s_1 = Slice[axis=1, start=5, end=12, step=1](rows) : f32[batch,7]")
        .contains("output s_1");
    OnnxFile even =
        file(13).node("Split", "s", List.of("x"), List.of("y", "b", "c"), Map.of("axis", 1));
    assertThat(OnnxImportTest.print(even))
        .contains("s = Slice[axis=1, start=0, end=1, step=1](x)")
        .doesNotContain("start=1");
    OnnxFile rest =
        file(18)
            .node(
                "Split", "s", List.of("x"), List.of("a", "y"), Map.of("axis", 1, "num_outputs", 2));
    assertThat(OnnxImportTest.print(rest)).contains("Slice[axis=1, start=2, end=3, step=1](x)");
    OnnxFile odd = file(17).node("Split", "s", List.of("x"), List.of("a", "y"), Map.of("axis", 1));
    FacekitException e = catchThrowableOfType(FacekitException.class, () -> load(odd.output("y")));
    assertThat(e.problems().get(0).what()).contains("parts []");
  }

  @Test
  void placesOfMaximaAreRefused() {
    OnnxFile file =
        file(13)
            .node(
                "MaxPool",
                "p",
                List.of("x"),
                List.of("p", "y"),
                Map.of("kernel_shape", List.of(2, 2)));
    FacekitException e = catchThrowableOfType(FacekitException.class, () -> load(file.output("y")));
    assertThat(e.problems().get(0).what()).contains("output 1");
  }

  /** A table of indices picks along one axis and makes it two. */
  @Test
  void gatherByATable() {
    OnnxFile file =
        file(13)
            .tensor(
                TensorProto.newBuilder()
                    .setName("table")
                    .setDataType(7)
                    .addAllDims(List.of(2L, 2L))
                    .addAllInt64Data(List.of(2L, 0L, 1L, 2L))
                    .build())
            .node("Gather", "y", List.of("x", "table"), List.of("y"), Map.of("axis", 1));
    assertThat(OnnxImportTest.print(file))
        .contains("y = Gather[axis=1, indices=[2, 0, 1, 2]](x)")
        .contains("Reshape[shape=[batch,2,2,2,2]](y)");
  }
}

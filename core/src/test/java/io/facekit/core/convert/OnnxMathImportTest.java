package io.facekit.core.convert;

import static io.facekit.core.convert.OnnxImportTest.node;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes of elementwise operators, reductions and normalizations over the operator sets. */
class OnnxMathImportTest {
  private static OnnxFile file(int opset) {
    return OnnxImportTest.file(opset)
        .floats("three", new float[] {3}, 1)
        .floats("half", new float[] {0.5f})
        .floats("odd", new float[] {1.5f, 2.5f}, 2)
        .floats("last2", new float[] {1, 2}, 2)
        .floats("map", new float[] {1, 2, 3, 4}, 2, 2)
        .floats("groups4", new float[] {1, 2, 3, 4}, 4)
        .longs("square", 2)
        .longs("fifth", 5)
        .longs("all", 0, 1, 2, 3)
        .longs("none");
  }

  static List<Arguments> cases() {
    return List.of(
        node(9, "Abs", List.of("x"), Map.of(), "Abs(x)"),
        node(9, "Erf", List.of("x"), Map.of(), "Erf(x)"),
        node(13, "Exp", List.of("x"), Map.of(), "Exp(x)"),
        node(9, "Neg", List.of("x"), Map.of(), "Neg(x)"),
        node(9, "Sigmoid", List.of("x"), Map.of(), "Sigmoid(x)"),
        node(13, "Sqrt", List.of("x"), Map.of(), "Sqrt(x)"),
        node(13, "Tanh", List.of("x"), Map.of(), "Tanh(x)"),
        node(9, "Reciprocal", List.of("x"), Map.of(), "Div(y.one: f32[] {1.0}, x)"),
        node(14, "HardSwish", List.of("x"), Map.of(), "HardSwish(x)"),
        node(9, "HardSigmoid", List.of("x"), Map.of("alpha", 1f / 6), "y = HardSigmoid(x)"),
        node(
            9,
            "HardSigmoid",
            List.of("x"),
            Map.of(),
            """
            y = Mul(x, y.alpha: f32[] {0.2}) : f32[batch,3,2,2]
            y_1 = Add(y, y.beta: f32[] {0.5}) : f32[batch,3,2,2]
            y_2 = Clip[min=0.0, max=1.0](y_1) : f32[batch,3,2,2]
            """),
        node(9, "Elu", List.of("x"), Map.of(), "Elu[alpha=1.0](x)"),
        node(9, "Elu", List.of("x"), Map.of("alpha", 0.3f), "Elu[alpha=0.3](x)"),
        node(20, "Gelu", List.of("x"), Map.of(), "Gelu[approximate=false](x)"),
        node(20, "Gelu", List.of("x"), Map.of("approximate", "tanh"), "Gelu[approximate=true](x)"),
        node(
            9,
            "AveragePool",
            List.of("x"),
            Map.of("kernel_shape", List.of(2, 2), "pads", List.of(1, 1, 0, 0)),
            """
            y = Pad[pads=[0, 0, 1, 1, 0, 0, 0, 0], value=0.0](x) : f32[batch,3,3,3]
            y_1 = AveragePool[kernel=[2, 2], strides=[1, 1]](y) : f32[batch,3,2,2]
            y_2 = Mul(y_1, y.divisor: f32[1,1,2,2] {4.0 2.0 2.0 1.0}) : f32[batch,3,2,2]
            """),
        node(
            11,
            "AveragePool",
            List.of("x"),
            Map.of(
                "kernel_shape", List.of(2, 2), "pads", List.of(1, 1, 0, 0), "count_include_pad", 1),
            """
            y_1 = AveragePool[kernel=[2, 2], strides=[1, 1]](y) : f32[batch,3,2,2]
            output y_1
            """),
        node(
            11,
            "AveragePool",
            List.of("x"),
            Map.of("kernel_shape", List.of(2, 2), "auto_pad", "SAME_UPPER"),
            "y.divisor: f32[1,1,2,2] {1.0 2.0 2.0 4.0})"),
        node(
            10,
            "AveragePool",
            List.of("x"),
            Map.of(
                "kernel_shape",
                List.of(1, 2),
                "pads",
                List.of(0, 1, 0, 0),
                "strides",
                List.of(1, 2),
                "ceil_mode",
                1),
            """
            y = Pad[pads=[0, 0, 0, 1, 0, 0, 0, 1], value=0.0](x) : f32[batch,3,2,4]
            y_1 = AveragePool[kernel=[1, 2], strides=[1, 2]](y) : f32[batch,3,2,2]
            y_2 = Mul(y_1, y.divisor: f32[1,1,2,2] {2.0 2.0 2.0 2.0}) : f32[batch,3,2,2]
            """),
        node(9, "Max", List.of("x", "one"), Map.of(), "y = Max(x, one: f32[1] {0.5})"),
        node(
            13,
            "Max",
            List.of("six", "x", "pooled"),
            Map.of(),
            """
            y = Max(six: f32[1] {6.0}, x) : f32[batch,3,2,2]
            y_1 = Max(y, pooled) : f32[batch,3,2,2]
            """),
        node(
            9,
            "Min",
            List.of("x", "f"),
            Map.of(),
            """
            y = Reshape[shape=[1,1,2,2]](f) : f32[1,1,2,2]
            """),
        node(9, "Sum", List.of("x", "x", "x"), Map.of(), "y_1 = Add(y, x) : f32[batch,3,2,2]"),
        node(9, "Pow", List.of("x", "three"), Map.of(), "y_1 = Mul(y, x) : f32[batch,3,2,2]"),
        node(12, "Pow", List.of("x", "square"), Map.of(), "y = Mul(x, x)"),
        node(9, "Pow", List.of("x", "half"), Map.of(), "y = Sqrt(x)"),
        node(12, "Pow", List.of("x", "fifth"), Map.of(), "Pow(x, fifth: f32[1] {5.0})"),
        node(9, "Pow", List.of("x", "odd"), Map.of(), "Pow(x, odd: f32[2] {1.5 2.5})"),
        node(9, "Pow", List.of("half", "x"), Map.of(), "Pow(half: f32[] {0.5}, x)"),
        node(9, "Cast", List.of("bytes"), Map.of("to", 1), "y = Cast[to=FLOAT32](bytes)"),
        node(9, "Softmax", List.of("rows"), Map.of(), "y = Softmax[axis=1](rows)"),
        node(9, "Softmax", List.of("pooled"), Map.of(), "y = Softmax[axis=1](pooled)"),
        node(11, "Softmax", List.of("x"), Map.of("axis", -1), "y = Softmax[axis=3](x)"),
        node(
            12,
            "Softmax",
            List.of("x"),
            Map.of("axis", 2),
            """
            y = Reshape[shape=[batch*3,4]](x) : f32[batch*3,4]
            y_1 = Softmax[axis=1](y) : f32[batch*3,4]
            y_2 = Reshape[shape=[batch,3,2,2]](y_1) : f32[batch,3,2,2]
            """),
        node(13, "Softmax", List.of("x"), Map.of(), "y = Softmax[axis=3](x)"),
        node(13, "Softmax", List.of("x"), Map.of("axis", 1), "y = Softmax[axis=1](x)"),
        node(9, "ReduceMean", List.of("x"), Map.of("axes", List.of(-3)), "ReduceMean[axes=[1]](x)"),
        node(
            13,
            "ReduceMean",
            List.of("x"),
            Map.of("axes", List.of(3, 1), "keepdims", 0),
            """
            y = ReduceMean[axes=[1, 3]](x) : f32[batch,1,2,1]
            y_1 = Flatten(y) : f32[batch,2]
            """),
        node(9, "ReduceMax", List.of("x"), Map.of("axes", List.of(2, 3)), "y = MaxPool[kernel=[2"),
        node(18, "ReduceMax", List.of("x", "axis1"), Map.of(), "y = ReduceMax[axes=[1]](x)"),
        node(11, "ReduceSum", List.of("x"), Map.of("axes", List.of(1)), "ReduceSum[axes=[1]](x)"),
        node(13, "ReduceSum", List.of("x", "last"), Map.of(), "y = ReduceSum[axes=[3]](x)"),
        node(
            13,
            "ReduceSum",
            List.of("f", "none"),
            Map.of("keepdims", 0),
            """
            y = ReduceSum[axes=[0, 1]](f) : f32[1,1]
            y_1 = Reshape[shape=[]](y) : f32[]
            """),
        node(
            18,
            "ReduceL2",
            List.of("rows", "axis1"),
            Map.of("keepdims", 0),
            "y_1 = Reshape[shape=[batch]](y) : f32[batch]"),
        node(
            9,
            "ReduceL2",
            List.of("x"),
            Map.of("axes", List.of(2, 3)),
            """
            y = Mul(x, x) : f32[batch,3,2,2]
            y_1 = ReduceSum[axes=[2, 3]](y) : f32[batch,3,1,1]
            y_2 = Sqrt(y_1) : f32[batch,3,1,1]
            """),
        node(
            17,
            "LayerNormalization",
            List.of("x", "map", "map"),
            Map.of("axis", -2),
            """
            y = ReduceMean[axes=[2, 3]](x) : f32[batch,3,1,1]
            y_1 = Sub(x, y) : f32[batch,3,2,2]
            y_2 = Mul(y_1, y_1) : f32[batch,3,2,2]
            y_3 = ReduceMean[axes=[2, 3]](y_2) : f32[batch,3,1,1]
            y_4 = Add(y_3, y.eps: f32[] {1.0E-5}) : f32[batch,3,1,1]
            y_5 = Sqrt(y_4) : f32[batch,3,1,1]
            y_6 = Div(y_1, y_5) : f32[batch,3,2,2]
            y_7 = Mul(y_6, map: f32[2,2] {1.0 2.0 3.0 4.0}) : f32[batch,3,2,2]
            y_8 = Add(y_7, map: f32[2,2] {1.0 2.0 3.0 4.0}) : f32[batch,3,2,2]
            """),
        node(
            17,
            "LayerNormalization",
            List.of("x", "last2"),
            Map.of("epsilon", 0.5f),
            """
            y_7 = Div(y_2, y_6) : f32[batch*6,2]
            y_8 = Mul(y_7, last2: f32[2] {1.0 2.0}) : f32[batch*6,2]
            y_9 = Reshape[shape=[batch,3,2,2]](y_8) : f32[batch,3,2,2]
            """),
        node(
            9,
            "InstanceNormalization",
            List.of("x", "c3", "c3"),
            Map.of(),
            "y_7 = Mul(y_6, c3: f32[3,1,1] {1.0 2.0 3.0})"),
        node(
            18,
            "GroupNormalization",
            List.of("grouped", "c2", "c2"),
            Map.of("num_groups", 2),
            """
            y_8 = Reshape[shape=[batch,4,3,1]](y_7) : f32[batch,4,3,1]
            y_9 = Mul(y_8, c2: f32[4,1,1] {1.0 1.0 2.0 2.0}) : f32[batch,4,3,1]
            """),
        node(
            21,
            "GroupNormalization",
            List.of("grouped", "groups4", "groups4"),
            Map.of("num_groups", 2),
            "y_9 = Mul(y_8, groups4: f32[4,1,1] {1.0 2.0 3.0 4.0})"));
  }

  private static OnnxFile extended(int opset) {
    return file(opset)
        .input("f", 2, 2)
        .input("bytes", 2, List.of("N", 3))
        .longs("shape4", 0, 4, 3, 1)
        .node("Reshape", List.of("rows", "shape4"), List.of("grouped"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void imports(
      int opset, String type, List<String> inputs, Map<String, Object> attributes, String text) {
    String graph =
        OnnxImportTest.print(extended(opset).node(type, "y", inputs, List.of("y"), attributes));
    assertThat(graph).contains(text);
  }

  static List<Arguments> refusals() {
    return List.of(
        node(9, "Pow", List.of("bytes", "x"), Map.of(), "input 0 of type u8[batch,3]"),
        node(
            19,
            "AveragePool",
            List.of("x"),
            Map.of(
                "kernel_shape",
                List.of(2, 2),
                "dilations",
                List.of(1, 2),
                "pads",
                List.of(0, 1, 0, 0)),
            "average pooling with dilations [1, 2]"),
        node(
            19,
            "AveragePool",
            List.of("x"),
            Map.of(
                "kernel_shape",
                List.of(1, 2),
                "strides",
                List.of(1, 2),
                "pads",
                List.of(0, 1, 0, 0),
                "ceil_mode",
                1,
                "count_include_pad",
                1),
            "ceil_mode that counts padding"),
        node(9, "Max", List.of("x", "fifth"), Map.of(), "input 1 of type i64[1]"),
        node(9, "Abs", List.of("bytes"), Map.of(), "input 0 of type u8[batch,3]"),
        node(
            9,
            "Cast",
            List.of("x"),
            Map.of("to", 7),
            "a cast of f32[batch,3,2,2] to element type 7"),
        node(
            20,
            "Gelu",
            List.of("x"),
            Map.of("approximate", "sin"),
            "an approximation other than tanh"),
        node(9, "Softmax", List.of("x"), Map.of("axis", 0), "a softmax over the batch"),
        node(13, "Softmax", List.of("x"), Map.of("axis", -4), "a softmax over the batch"),
        node(13, "Softmax", List.of("x"), Map.of("axis", 4), "axis 4 of 4"),
        node(9, "ReduceMean", List.of("x"), Map.of(), "a reduction over the batch"),
        node(18, "ReduceMax", List.of("x", "all"), Map.of(), "a reduction over the batch"),
        node(13, "ReduceSum", List.of("x", "none"), Map.of(), "a reduction over the batch"),
        node(13, "ReduceSum", List.of("x", "fifth"), Map.of(), "axis 5 of 4"),
        node(
            17,
            "LayerNormalization",
            List.of("x", "one"),
            Map.of(),
            "input 1 of shape [1] for [2]"),
        node(17, "LayerNormalization", List.of("x", "x"), Map.of(), "a computed input 1"),
        node(
            17,
            "LayerNormalization",
            List.of("x", "last2"),
            Map.of("stash_type", 16),
            "a computation in another type"),
        node(
            9, "InstanceNormalization", List.of("x", "c2", "c3"), Map.of(), "input 1 of shape [2]"),
        node(9, "InstanceNormalization", List.of("rows", "m", "m"), Map.of(), "of [batch,12]"),
        node(18, "GroupNormalization", List.of("x", "c3", "c3"), Map.of(), "in 0 groups"),
        node(
            18,
            "GroupNormalization",
            List.of("x", "c2", "c2"),
            Map.of("num_groups", 2),
            "input 1 of shape [2] for 3 channels"),
        node(
            21,
            "GroupNormalization",
            List.of("grouped", "c2", "c2"),
            Map.of("num_groups", 2),
            "input 1 of shape [2] for 4 channels"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(
      int opset, String type, List<String> inputs, Map<String, Object> attributes, String text) {
    OnnxFile file = extended(opset).node(type, "y", inputs, List.of("y"), attributes).output("y");
    OnnxImportTest.assertRefused(file, text);
  }

  @Test
  void statisticsOfALayerNormKeepTheAxes() {
    OnnxFile file =
        file(17)
            .node(
                "LayerNormalization",
                "y",
                List.of("x", "last2"),
                List.of("y", "mean", "inverse"),
                Map.of())
            .output("mean")
            .output("inverse");
    assertThat(OnnxImportTest.print(file))
        .contains(
            """
            y = ReduceMean[axes=[3]](x) : f32[batch,3,2,1]
            """)
        .contains(
            """
            y_6 = Div(y.one: f32[] {1.0}, y_5) : f32[batch,3,2,1]
            """)
        .endsWith(
            """
            output y
            output y_6
            output y_8
            """);
  }

  /** The elements are copied, as an output. */
  @Test
  void someNodesDoNothing() {
    OnnxFile file =
        file(13)
            .node(
                "ReduceSum",
                "y",
                List.of("x", "none"),
                List.of("y"),
                Map.of("noop_with_empty_axes", 1));
    OnnxFile max = file(13).node("Max", "y", List.of("x"), List.of("y"), Map.of());
    assertThat(OnnxImportTest.print(file))
        .isEqualTo(OnnxImportTest.print(max))
        .contains("y = Reshape[shape=[batch,3,2,2]](x) : f32[batch,3,2,2]");
  }

  /** As in the code that PyTorch writes for attention: a number of the shape, under a root. */
  @Test
  void arithmeticOnNumbersLeavesNoNode() {
    OnnxFile file =
        file(13)
            .node("Shape", List.of("x"), List.of("shape"))
            .node("Gather", List.of("shape", "square"), List.of("size"))
            .node("Cast", "", List.of("size"), List.of("float"), Map.of("to", 1))
            .node("Sqrt", List.of("float"), List.of("root"))
            .node("Div", List.of("one", "root"), List.of("factor"))
            .node("Mul", "y", List.of("x", "factor"), List.of("y"), Map.of());
    assertThat(OnnxImportTest.print(file))
        .contains("y = Mul(x, ")
        .contains(": f32[1] {0.35355338})");
  }
}

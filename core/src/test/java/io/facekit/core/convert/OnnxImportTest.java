package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.op.OpDef;
import io.facekit.core.op.Ops;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One node of every ONNX operator that has an import, in its forms over the operator sets. */
class OnnxImportTest {
  /** The image {@code x}, rows of it, and constants of many shapes. */
  static OnnxFile file(int opset) {
    return new OnnxFile(opset)
        .input("x", "N", 3, 2, 2)
        .node("Flatten", List.of("x"), List.of("rows"))
        .node("GlobalAveragePool", List.of("x"), List.of("pooled"))
        .floats("k", 2, 3, 1, 1)
        .floats("wide", 2, 3, 2, 2)
        .floats("c2", new float[] {1, 2}, 2)
        .floats("c3", new float[] {1, 2, 3}, 3)
        .floats("slope", new float[] {1, 2, 3}, 3, 1, 1)
        .floats("one", new float[] {0.5f}, 1)
        .floats("zero", new float[] {0}, 1)
        .floats("six", new float[] {6}, 1)
        .floats("m", 2, 12)
        .floats("mt", 12, 2)
        .longs("axes23", 2, 3)
        .longs("axis1", 1)
        .longs("last", -1)
        .longs("keep", 0, -1)
        .longs("rows2", 0, 6, 2);
  }

  static List<Arguments> cases() {
    String conv =
        "Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE]";
    return List.of(
        node(9, "Conv", List.of("x", "k", "c2"), Map.of(), conv + "(x, k: f32[2,3,1,1] {"),
        node(
            9, "Conv", List.of("x", "wide"), Map.of("auto_pad", "SAME_UPPER"), "pads=[0, 0, 1, 1]"),
        node(
            9,
            "Conv",
            List.of("x", "wide"),
            Map.of("auto_pad", "SAME_LOWER", "dilations", List.of(1, 2)),
            "pads=[1, 1, 0, 1], dilations=[1, 2]"),
        node(9, "Conv", List.of("x", "wide"), Map.of("auto_pad", "VALID"), "pads=[0, 0, 0, 0]"),
        node(
            9,
            "Conv",
            List.of("x", "wide"),
            Map.of("pads", List.of(0, 1, 2, 3), "strides", List.of(2, 1)),
            "strides=[2, 1], pads=[0, 1, 2, 3]"),
        node(9, "Gemm", List.of("rows", "m", "c2"), Map.of("transB", 1), "(rows, m: f32[2,12]"),
        node(11, "Gemm", List.of("rows", "mt"), Map.of(), "(rows, mt: f32[2,12]"),
        node(
            9,
            "Gemm",
            List.of("rows", "mt", "c2"),
            Map.of("alpha", 0.5f, "beta", 3f),
            ": f32[2] {3.0 6.0}"),
        node(9, "Gemm", List.of("rows", "mt", "one"), Map.of(), "one: f32[2] {0.5 0.5}"),
        node(9, "MatMul", List.of("rows", "mt"), Map.of(), "Gemm[activation=NONE](rows, mt: f32[2"),
        node(
            9,
            "BatchNormalization",
            List.of("x", "c3", "c3", "c3", "c3"),
            Map.of("epsilon", 0.001f),
            "BatchNormalization[epsilon=0.001](x, c3"),
        node(15, "BatchNormalization", List.of("x", "c3", "c3", "c3", "c3"), Map.of(), "=1.0E-5]"),
        node(9, "PRelu", List.of("x", "slope"), Map.of(), "PRelu(x, slope: f32[3] {1.0 2.0 3.0})"),
        node(16, "PRelu", List.of("x", "one"), Map.of(), "PRelu(x, one: f32[3] {0.5 0.5 0.5})"),
        node(9, "Relu", List.of("x"), Map.of(), "Relu(x)"),
        node(9, "LeakyRelu", List.of("x"), Map.of(), "LeakyRelu[alpha=0.01](x)"),
        node(16, "LeakyRelu", List.of("x"), Map.of("alpha", 0.2f), "LeakyRelu[alpha=0.2](x)"),
        node(10, "Clip", List.of("x"), Map.of("min", 0f, "max", 6f), "Clip[min=0.0, max=6.0](x)"),
        node(10, "Clip", List.of("x"), Map.of("max", 6f), "Clip[min=-Infinity, max=6.0](x)"),
        node(11, "Clip", List.of("x", "zero", "six"), Map.of(), "Clip[min=0.0, max=6.0](x)"),
        node(13, "Clip", List.of("x", "", "six"), Map.of(), "Clip[min=-Infinity, max=6.0](x)"),
        node(13, "Clip", List.of("x", "zero"), Map.of(), "Clip[min=0.0, max=Infinity](x)"),
        node(9, "Add", List.of("x", "x"), Map.of(), "Add(x, x)"),
        node(14, "Sub", List.of("x", "one"), Map.of(), "Sub(x, one: f32[1] {0.5})"),
        node(9, "Mul", List.of("slope", "x"), Map.of(), "Mul(slope: f32[3,1,1] {1.0 2.0 3.0}, x)"),
        node(9, "Div", List.of("x", "six"), Map.of(), "Div(x, six: f32[1] {6.0})"),
        node(9, "Flatten", List.of("x"), Map.of("axis", 1), "Flatten(x) : f32[batch,12]"),
        node(9, "Flatten", List.of("x"), Map.of("axis", -1), "Reshape[shape=[batch*6,2]](x)"),
        node(9, "Reshape", List.of("x", "keep"), Map.of(), "Flatten(x) : f32[batch,12]"),
        node(14, "Reshape", List.of("x", "rows2"), Map.of(), "Reshape[shape=[batch,6,2]](x)"),
        node(9, "Unsqueeze", List.of("x"), Map.of("axes", List.of(1)), "[shape=[batch,1,3,2,2]]"),
        node(13, "Unsqueeze", List.of("rows", "last"), Map.of(), "[shape=[batch,12,1]]"),
        node(9, "Squeeze", List.of("pooled"), Map.of("axes", List.of(2, 3)), "Flatten(pooled)"),
        node(13, "Squeeze", List.of("pooled"), Map.of(), "Flatten(pooled) : f32[batch,3]"),
        node(13, "Squeeze", List.of("pooled", "last"), Map.of(), "[shape=[batch,3,1]](pooled)"),
        node(9, "GlobalAveragePool", List.of("x"), Map.of(), "AveragePool[kernel=[2, 2]"),
        node(
            9,
            "AveragePool",
            List.of("x"),
            Map.of("kernel_shape", List.of(2, 1)),
            "AveragePool[kernel=[2, 1], strides=[1, 1]](x)"),
        node(
            19,
            "AveragePool",
            List.of("x"),
            Map.of("kernel_shape", List.of(1, 2), "strides", List.of(1, 2), "ceil_mode", 1),
            "AveragePool[kernel=[1, 2], strides=[1, 2]](x)"),
        node(9, "ReduceMean", List.of("x"), Map.of("axes", List.of(-1, -2)), "AveragePool[kernel="),
        node(
            18,
            "ReduceMean",
            List.of("x", "axes23"),
            Map.of("keepdims", 0),
            "Flatten(y) : f32[batch,3]"),
        node(9, "LpNormalization", List.of("rows"), Map.of(), "LpNormalization(rows)"),
        node(9, "ReduceL2", List.of("rows"), Map.of("axes", List.of(1)), "ReduceL2[axis=1](rows)"),
        node(18, "ReduceL2", List.of("rows", "axis1"), Map.of(), "ReduceL2[axis=1](rows)"));
  }

  static Arguments node(
      int opset, String type, List<String> inputs, Map<String, Object> attributes, String text) {
    return arguments(opset, type, inputs, attributes, text);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void imports(
      int opset, String type, List<String> inputs, Map<String, Object> attributes, String text) {
    String graph = print(file(opset).node(type, "y", inputs, List.of("y"), attributes));
    assertThat(graph).contains(text);
  }

  /** Nothing is imported, with the one problem that {@code text} is not supported. */
  static void assertRefused(OnnxFile file, String text) {
    FacekitException e =
        catchThrowableOfType(
            FacekitException.class, () -> OnnxImporter.load(file.read(), Optional.empty()));
    assertThat(e).isNotNull();
    assertThat(e.problems()).hasSize(1);
    assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.ONNX_ARGUMENT);
    assertThat(e.problems().get(0).what()).contains(text).endsWith("is not supported");
  }

  static String print(OnnxFile file) {
    return GraphPrinter.print(OnnxImporter.load(file.output("y").read(), Optional.empty()).graph())
        .replace("(input", "(x")
        .replace(", input)", ", x)");
  }

  @Test
  void everyImportIsTested() {
    Set<String> tested =
        Stream.of(cases(), OnnxMathImportTest.cases(), OnnxMovementImportTest.cases())
            .flatMap(List::stream)
            .map(a -> (String) a.get()[1])
            .collect(Collectors.toSet());
    assertThat(Ops.ALL.stream().map(OpDef::onnx).map(Map::keySet).flatMap(Set::stream).toList())
        .containsExactlyInAnyOrderElementsOf(tested);
  }
}

package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.facekit.core.convert.OnnxImporter.Imported;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.ir.GraphPrinter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, batches, sizes, and what leaves no node. */
class OnnxStructureTest {
  private static Imported load(OnnxFile file) {
    return OnnxImporter.load(file.read(), Optional.empty());
  }

  private static String text(OnnxFile file) {
    return GraphPrinter.print(load(file).graph());
  }

  private static ErrorId refused(OnnxFile file) {
    FacekitException e = catchThrowableOfType(FacekitException.class, () -> load(file));
    assertThat(e).isNotNull();
    return e.problems().get(0).id();
  }

  /** What PyTorch's older exporter writes for {@code x.view(x.size(0), -1)}. */
  private static OnnxFile view(Object batch) {
    return new OnnxFile(11)
        .input("x", batch, 3, 2, 2)
        .node("Shape", List.of("x"), List.of("shape"))
        .scalar("zero", 0)
        .node("Gather", "", List.of("shape", "zero"), List.of("n"), Map.of("axis", 0))
        .node("Unsqueeze", "", List.of("n"), List.of("n1"), Map.of("axes", List.of(0)))
        .longs("rest", -1)
        .node("Concat", "", List.of("n1", "rest"), List.of("sizes"), Map.of("axis", 0))
        .node("Reshape", "/head/Reshape", List.of("x", "sizes"), List.of("y"), Map.of())
        .output("y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"N", ""})
  void sizesAreFolded(String batch) {
    assertThat(text(view(batch.isEmpty() ? 1 : batch)))
        .isEqualTo(
            """
            input input: f32[batch,3,2,2]
            head = Flatten(input) : f32[batch,12]
            output head
            """);
  }

  @Test
  void slicesAndArithmeticAreFolded() {
    OnnxFile file =
        new OnnxFile(13)
            .input("x", "N", 3, 2, 2)
            .node("Shape", List.of("x"), List.of("shape"))
            .longs("from", 1)
            .longs("to", 3)
            .longs("zero", 0)
            .longs("two", 2)
            .node("Slice", List.of("shape", "from", "to", "zero"), List.of("mid"))
            .node("Slice", List.of("shape", "zero", "from", "zero"), List.of("n"))
            .node("Mul", List.of("mid", "two"), List.of("m2"))
            .node("Sub", List.of("m2", "two"), List.of("m1"))
            .node("Div", List.of("m1", "two"), List.of("half"))
            .node("Cast", "", List.of("half"), List.of("cast"), Map.of("to", 7))
            .longs("open", -1)
            .node("Concat", "", List.of("n", "cast", "open"), List.of("s"), Map.of("axis", 0))
            .node("Reshape", List.of("x", "s"), List.of("y"))
            .output("y");
    assertThat(text(file)).contains("y = Reshape[shape=[batch,2,1,6]](input)");
  }

  @Test
  void aFixedBatchIsFreed() {
    Imported imported =
        load(
            new OnnxFile(9)
                .input("x", 1, 3, 2, 2)
                .longs("s", 1, -1)
                .node("Reshape", "flat", List.of("x", "s"), List.of("y"), Map.of())
                .output("y", 1, 12));
    assertThat(GraphPrinter.print(imported.graph())).contains("flat = Flatten(input)");
    assertThat(imported.notes())
        .containsExactly(
            "the batch size 1 of the input was fixed; it is free now",
            "net.onnx!flat (node 0): the batch size 1 was fixed here; it is free now");
  }

  @Test
  void normalizationOfPyTorchIsRecognised() {
    OnnxFile file =
        new OnnxFile(17)
            .input("x", "N", 2, 1, 1)
            .node("Flatten", List.of("x"), List.of("f"))
            .node("ReduceL2", "", List.of("f"), List.of("n"), Map.of("axes", List.of(1)))
            .floats("eps", new float[] {1e-12f})
            .node("Clip", List.of("n", "eps"), List.of("c"))
            .node("Shape", List.of("f"), List.of("s"))
            .node("Expand", List.of("c", "s"), List.of("e"))
            .node("Div", List.of("f", "e"), List.of("y"))
            .output("y");
    Imported imported = load(file);
    io.facekit.core.pass.Pipelines.run(io.facekit.core.pass.Pipelines.CANONICAL, imported.graph());
    assertThat(GraphPrinter.print(imported.graph())).contains("y = LpNormalization(f)");
  }

  @Test
  void aTensorExpandedToTheBatchIsReadByElementwiseOperatorsOnly() {
    OnnxFile file =
        new OnnxFile(17)
            .input("x", "N", 2)
            .longs("s", 1, 2)
            .longs("axes", 0)
            .node("Shape", List.of("x"), List.of("batch"))
            .node("Reshape", List.of("x", "s"), List.of("one"))
            .node("ReduceSum", List.of("one", "axes"), List.of("sum"))
            .node("Expand", List.of("sum", "batch"), List.of("e"))
            .node("Relu", List.of("e"), List.of("y"))
            .output("y");
    assertThat(refused(file)).isEqualTo(ErrorId.ONNX_ARGUMENT);
  }

  /** As in the function body of LayerNormalization, whose axes count from the end. */
  @Test
  void shapesOfOnesAreSizes() {
    OnnxFile file =
        new OnnxFile(17)
            .input("x", "N", 2, 3)
            .longs("first", 0)
            .longs("axis", -1)
            .node("ReduceMean", "", List.of("x"), List.of("m"), Map.of("axes", List.of(2)))
            .node("Flatten", "f", List.of("m"), List.of("flat"), Map.of())
            .node("Shape", List.of("x"), List.of("shape"))
            .node("Size", List.of("shape"), List.of("rank"))
            .node("Neg", List.of("axis"), List.of("reduced"))
            .node("Sub", List.of("rank", "reduced"), List.of("kept"))
            .node("Slice", List.of("shape", "first", "kept"), List.of("prefix"))
            .node(
                "ConstantOfShape",
                "",
                List.of("reduced"),
                List.of("suffix"),
                Map.of("value", one()))
            .node("Concat", "", List.of("prefix", "suffix"), List.of("to"), Map.of("axis", 0))
            .node("Reshape", "r", List.of("flat", "to"), List.of("y"), Map.of())
            .output("y");
    assertThat(text(file)).contains("r = Reshape[shape=[batch,2,1]](f)");
  }

  private static TensorProto one() {
    return TensorProto.newBuilder().setDataType(7).addDims(1).addInt64Data(1).build();
  }

  @Test
  void whatDoesNothingLeavesNoNode() {
    OnnxFile file =
        new OnnxFile(13)
            .input("x", "N", 2, 1, 1)
            .node("Identity", List.of("x"), List.of("i"))
            .node("Dropout", List.of("i"), List.of("d"))
            .node("Cast", "", List.of("d"), List.of("h"), Map.of("to", 10))
            .node("Cast", "", List.of("h"), List.of("s"), Map.of("to", 1))
            .node("Relu", List.of("s"), List.of("y"))
            .output("y");
    assertThat(text(file)).contains("y = Relu(input)");
    assertThat(load(file).half()).isTrue();
  }

  @Test
  void formsOfWeightsAreFolded() {
    OnnxFile file =
        new OnnxFile(13)
            .input("x", "N", 2, 1, 1)
            .node("Flatten", List.of("x"), List.of("f"))
            .floats("w", new float[] {1, 2, 3, 4, 5, 6}, 3, 2)
            .node("Transpose", "", List.of("w"), List.of("t"), Map.of("perm", List.of(1, 0)))
            .node("MatMul", List.of("f", "t"), List.of("m"))
            .floats("b", new float[] {7, 8, 9}, 1, 3)
            .longs("first", 0)
            .node("Squeeze", List.of("b", "first"), List.of("bs"))
            .node("Add", List.of("m", "bs"), List.of("y"))
            .output("y");
    assertThat(text(file))
        .contains("(f, w: f32[3,2] {1.0 2.0 3.0 4.0 5.0 6.0})")
        .contains("b: f32[3] {7.0 8.0 9.0}");
  }

  @Test
  void namesComeFromPathsThenWeightsThenOutputs() {
    OnnxFile file =
        new OnnxFile(13)
            .input("x", "N", 2, 1, 1)
            .floats("stem.conv.weight", 2, 2, 1, 1)
            .floats("w", 2, 2, 1, 1)
            .node("Conv", "", List.of("x", "stem.conv.weight"), List.of("1"), Map.of())
            .node("Conv", "Conv_7", List.of("1", "w"), List.of("2"), Map.of())
            .node("Relu", "/block/act/Relu", List.of("2"), List.of("3"), Map.of())
            .node("Relu", "/block/Relu_1", List.of("3"), List.of("4"), Map.of())
            .node("Relu", "/block/Relu_2", List.of("4"), List.of("5"), Map.of())
            .node("Relu", "", List.of("5"), List.of("embedding"), Map.of())
            .node("Relu", "", List.of("embedding"), List.of("99"), Map.of())
            .node("Relu", "bad\u001b[name", List.of("99"), List.of("y"), Map.of())
            .output("y");
    assertThat(load(file).graph().nodes().stream().map(n -> n.name()))
        .containsExactly(
            "stem.conv",
            "Conv_7",
            "block.act",
            "block.relu",
            "block.relu_1",
            "embedding",
            "relu_6",
            "bad__name");
  }

  /** Casts of weights, and arithmetic on sizes, are no further nodes of a layer. */
  @Test
  void aLayerOfOneNodeIsNamedByItsPathAlone() {
    OnnxFile file =
        new OnnxFile(13)
            .input("x", "N", 2, 2, 2)
            .floats("stem.conv.weight", 2, 2, 1, 1)
            .longs("first", 0)
            .longs("rest", -1)
            .node("Cast", "", List.of("stem.conv.weight"), List.of("w"), Map.of("to", 1))
            .node("Conv", "/stem/conv/Conv", List.of("x", "w"), List.of("1"), Map.of())
            .node("Cast", "/stem/conv/Cast", List.of("1"), List.of("2"), Map.of("to", 1))
            .node("Sigmoid", "/stem/gate/Sigmoid", List.of("2"), List.of("3"), Map.of())
            .node("Mul", "/stem/gate/Mul", List.of("2", "3"), List.of("4"), Map.of())
            .node("HardSwish", "/stem/act/HardSwish", List.of("4"), List.of("5"), Map.of())
            .node("Shape", "/head/Shape", List.of("5"), List.of("shape"), Map.of())
            .node("Gather", "/head/Gather", List.of("shape", "first"), List.of("n"), Map.of())
            .node("Concat", "/head/Concat", List.of("n", "rest"), List.of("s"), Map.of("axis", 0))
            .node("Reshape", "/head/Reshape", List.of("5", "s"), List.of("y"), Map.of())
            .output("y");
    assertThat(load(file).graph().nodes().stream().map(n -> n.name()))
        .containsExactly("stem.conv", "stem.gate.sigmoid", "stem.gate.mul", "stem.act", "head");
  }

  @Test
  void modelsThatAreNoFaceNetsKeepTheirSizes() {
    OnnxFile file =
        new OnnxFile(13)
            .input("a", 3, 4)
            .input("b", "N", 4)
            .node("Add", List.of("a", "a"), List.of("s"))
            .node("Relu", List.of("b"), List.of("r"))
            .output("s")
            .output("r");
    assertThat(text(file))
        .isEqualTo(
            """
            input input: f32[3,4]
            input b: f32[batch,4]
            s = Add(input, input) : f32[3,4]
            r = Relu(b) : f32[batch,4]
            output s
            output r
            """);
  }

  @Test
  void anOutputThatIsAnotherValueIsACopy() {
    OnnxFile file =
        new OnnxFile(13)
            .input("x", "N", 2)
            .node("Relu", List.of("x"), List.of("r"))
            .node("Identity", List.of("r"), List.of("again"))
            .output("x")
            .output("r")
            .output("again");
    assertThat(text(file))
        .isEqualTo(
            """
            input input: f32[batch,2]
            r = Relu(input) : f32[batch,2]
            x = Reshape[shape=[batch,2]](input) : f32[batch,2]
            again = Reshape[shape=[batch,2]](r) : f32[batch,2]
            output x
            output r
            output again
            """);
  }

  @Test
  void refusals() {
    OnnxFile quantized =
        new OnnxFile(13)
            .input("x", "N", 2, 1, 1)
            .floats("s", new float[] {1}, 1)
            .node("QuantizeLinear", List.of("x", "s"), List.of("y"))
            .output("y");
    assertThat(refused(quantized)).isEqualTo(ErrorId.ONNX_CONSTRUCT);
    assertThat(refused(new OnnxFile(13).floats("w", 1).output("w")))
        .isEqualTo(ErrorId.ONNX_SIGNATURE);
    assertThat(
            refused(
                new OnnxFile(13)
                    .input("x", 1, "W")
                    .node("Relu", List.of("x"), List.of("y"))
                    .output("y")))
        .isEqualTo(ErrorId.ONNX_SIGNATURE);
    assertThat(
            refused(
                new OnnxFile(13)
                    .input("x", "N", 3, 2, 2)
                    .floats("w", new float[] {Float.NaN, 0, 0}, 1, 3, 1, 1)
                    .node("Conv", List.of("x", "w"), List.of("y"))
                    .output("y")))
        .isEqualTo(ErrorId.TENSOR_NOT_FINITE);
    assertThat(
            refused(
                new OnnxFile(13)
                    .input("x", "N", 3, 2, 2)
                    .floats("w", 1, 4, 1, 1)
                    .node("Conv", List.of("x", "w"), List.of("y"))
                    .output("y")))
        .isEqualTo(ErrorId.GRAPH_SHAPE);
  }
}

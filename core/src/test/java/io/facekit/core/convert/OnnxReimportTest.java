package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.ir.Node;
import io.facekit.core.onnx.OnnxReader;
import io.facekit.core.op.Ops;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Quantization;
import io.facekit.core.torch.SharedModels;
import io.facekit.core.torch.TorchScriptReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What facekit writes, it reads as the graph that it wrote. */
class OnnxReimportTest {
  private static Graph ofTorch(Path file) {
    Graph graph = TorchImporter.load(TorchScriptReader.read(file), Optional.empty()).graph();
    Pipelines.run(Pipelines.CANONICAL, graph);
    return graph;
  }

  private static Graph ofOnnx(byte[] bytes) {
    Graph graph =
        OnnxImporter.load(OnnxReader.read("net.onnx", ByteBuffer.wrap(bytes)), Optional.empty())
            .graph();
    Pipelines.run(Pipelines.CANONICAL, graph);
    return graph;
  }

  private static byte[] emit(Graph graph, Precision precision, int opset) {
    Map<String, Precision> precisions =
        graph.nodes().stream().collect(Collectors.toMap(Node::name, n -> precision));
    return OnnxEmitter.emit(
        graph,
        new Quantization(precisions, Map.of(), Map.of()),
        new OnnxOptions(opset, "test", Map.of(), List.of()));
  }

  private static void assertReimports(Graph graph, Precision precision, int opset) {
    byte[] first = emit(graph, precision, opset);
    Graph again = ofOnnx(first);
    assertThat(GraphPrinter.print(again).lines().map(OnnxReimportTest::withoutConstants))
        .containsExactlyElementsOf(
            GraphPrinter.print(graph).lines().map(OnnxReimportTest::withoutConstants).toList());
    assertThat(emit(again, precision, opset)).isEqualTo(first);
  }

  /**
   * Constants may have got other names on the way, and a file does not say what layers are. Their
   * contents are rounded if they were written as float16; the bytes are compared anyway.
   */
  private static String withoutConstants(String line) {
    return line.replaceAll(" @[^ ]+", "")
        .replaceAll("[^ (]+: ([a-z0-9]+\\[[0-9,]*\\]) \\{[^}]*}", "$1");
  }

  @ParameterizedTest
  @CsvSource({
    "p-traced-213, FP32, 17",
    "p-traced-213, FP16, 13",
    "p-frozen-213, FP32, 21",
    "f-traced-213, FP32, 17",
    "x-traced-213, FP32, 18",
    "p-traced-113, FP32, 17",
    "p-half-traced-213, FP16, 17",
    "p-raw-image-half-213, FP16, 17",
    "p-front-raw-flip-213, FP32, 17",
    "p-front-raw-index-213, FP32, 21",
    "p-front-baked-213, FP32, 13",
  })
  void realModelsAreTheSameBytes(String model, Precision precision, int opset) {
    assertReimports(ofTorch(SharedModels.torch(model + ".pt")), precision, opset);
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 17, 18, 21})
  void everyOpIsTheSameBytes(int opset) {
    Graph graph =
        GraphParser.parse(
            """
            input input: f32[batch,4,6,6]
            stem.conv = Conv[strides=[2, 1], pads=[0, 1, 1, 0], dilations=[1, 2], groups=2, activation=NONE](input, stem.conv.weight: f32[4,2,3,3] {seed 1})
            stem.bn = BatchNormalization[epsilon=1.0E-5](stem.conv, g: f32[4] {seed 2 from 1 to 2}, b: f32[4] {seed 3}, m: f32[4] {seed 4}, v: f32[4] {seed 5 from 1 to 2})
            stem.act = PRelu(stem.bn, stem.act.weight: f32[4] {seed 6})
            a.conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=RELU6](stem.act, a.weight: f32[4,4,1,1] {seed 7}, a.bias: f32[4] {seed 8})
            b.conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=4, activation=RELU](stem.act, b.weight: f32[4,1,1,1] {seed 9})
            sum = Add(a.conv, b.conv)
            difference = Sub(sum, half: f32[1] {0.5})
            product = Mul(difference, mean: f32[4,1,1] {seed 10})
            quotient = Div(product, two: f32[] {2.0})
            leaky = LeakyRelu[alpha=0.2](quotient)
            clip = Clip[min=-Infinity, max=3.0](leaky)
            relu = Relu(clip)
            pool = AveragePool[kernel=[1, 2], strides=[1, 2]](relu)
            flat = Flatten(pool)
            rows = Reshape[shape=[batch,6,2]](flat)
            back = Flatten(rows)
            fc = Gemm[activation=NONE](back, fc.weight: f32[8,12] {seed 11}, fc.bias: f32[8] {seed 12})
            norm = ReduceL2[axis=1](fc)
            unit = Div(fc, norm)
            output unit
            """,
            Ops::fromText);
    Pipelines.run(Pipelines.CANONICAL, graph);
    assertReimports(graph, Precision.FP32, opset);
    assertReimports(graph, Precision.FP16, opset);
  }

  /** All but Gelu, which is several nodes in every operator set. */
  @ParameterizedTest
  @ValueSource(ints = {13, 17, 18, 21})
  void everyMathematicalOpIsTheSameBytes(int opset) {
    Graph graph =
        GraphParser.parse(
            """
            input input: f32[batch,4,6,6]
            stem.conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](input, stem.conv.weight: f32[4,4,1,1] {seed 1})
            stem.act = HardSwish(stem.conv)
            gate = HardSigmoid(stem.act)
            elu = Elu[alpha=0.3](gate)
            abs = Abs(elu)
            root = Sqrt(abs)
            minus = Neg(root)
            exp = Exp(minus)
            bell = Gelu[approximate=false](exp)
            curve = Gelu[approximate=true](bell)
            tanh = Tanh(curve)
            large = Max(tanh, exp)
            small = Min(large, three: f32[1] {3.0})
            power = Pow(small, odd: f32[1] {1.7})
            again = Pow(half: f32[] {0.5}, power)
            part = Div(one: f32[] {1.0}, again)
            sigmoid = Sigmoid(part)
            silu = Mul(part, sigmoid)
            mean = ReduceMean[axes=[1]](silu)
            centred = Sub(silu, mean)
            most = ReduceMax[axes=[1, 3]](centred)
            sum = ReduceSum[axes=[2]](centred)
            scaled = Mul(sum, most)
            shares = Softmax[axis=1](scaled)
            flat = ReduceSum[axes=[3]](shares)
            row = Reshape[shape=[batch,6,4]](flat)
            output row
            """,
            Ops::fromText);
    Pipelines.run(Pipelines.CANONICAL, graph);
    assertReimports(graph, Precision.FP32, opset);
    assertReimports(graph, Precision.FP16, opset);
  }

  @Test
  void pixelsStayBytes() {
    Graph graph =
        GraphParser.parse(
            """
            input input: u8[batch,4,6,6]
            pixels = Cast[to=FLOAT32](input)
            stem = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=RELU](pixels, stem.weight: f32[4,4,1,1] {seed 1})
            output stem
            """,
            Ops::fromText);
    assertReimports(graph, Precision.FP32, 17);
    assertReimports(graph, Precision.FP16, 13);
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 17, 18, 21})
  void everyOpThatMovesElementsIsTheSameBytes(int opset) {
    Graph graph =
        GraphParser.parse(
            """
            input input: f32[batch,4,6,6]
            stem.conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=RELU](input, stem.conv.weight: f32[4,4,1,1] {seed 1})
            edge = Pad[pads=[0, 0, 1, 0, 0, 0, 1, 2], value=0.0](stem.conv)
            pooled = MaxPool[kernel=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1], dilations=[1, 1]](edge)
            border = Pad[pads=[0, 1, 0, 0, 0, 0, 0, 0], value=1.5](pooled)
            part = Slice[axis=1, start=1, end=5, step=2](border)
            picked = Gather[axis=1, indices=[1, 0, 1]](part)
            both = Concat[axis=1](part, picked)
            larger = Resize[mode=NEAREST, height=9, width=12](both)
            smaller = Resize[mode=LINEAR, height=7, width=5](larger)
            corners = Resize[mode=LINEAR_ALIGN_CORNERS, height=6, width=4](smaller)
            turned = Transpose[perm=[0, 1, 3, 2]](corners)
            product = MatMul(corners, turned)
            matrix = MatMul(table: f32[1,1,6,6] {seed 2}, product)
            flat = Reshape[shape=[batch*30,6]](matrix)
            fc = Gemm[activation=NONE](flat, fc.weight: f32[3,6] {seed 3}, fc.bias: f32[3] {seed 4})
            maps = Reshape[shape=[batch,5,6,3]](fc)
            most = ReduceMax[axes=[2]](maps)
            again = Tile[repeats=[1, 2, 3, 1]](most)
            whole = MaxPool[kernel=[3, 3], strides=[3, 3], pads=[0, 0, 0, 0], dilations=[1, 1]](again)
            output whole
            """,
            Ops::fromText);
    Pipelines.run(Pipelines.CANONICAL, graph);
    assertReimports(graph, Precision.FP32, opset);
    assertReimports(graph, Precision.FP16, opset);
  }

  /** The graph without names: constants by type, values by number. */
  private static List<String> structure(Graph graph) {
    Map<String, String> numbers = new HashMap<>();
    List<String> lines = new ArrayList<>();
    graph.inputs().forEach(v -> numbers.put(v.name(), "%in"));
    for (Node n : graph.nodes()) {
      lines.add(
          n.op()
              + n.inputs().stream()
                  .map(
                      v ->
                          v.isConstant()
                              ? v.type().toString()
                              : String.valueOf(numbers.get(v.name())))
                  .toList()
                  .toString());
      numbers.put(n.name(), "%" + numbers.size());
    }
    graph.outputs().forEach(v -> lines.add(String.valueOf(numbers.get(v.name()))));
    return lines;
  }

  @Test
  void theSameModelFromAnotherExporterHasTheSameStructure() {
    OnnxImporter.Imported imported =
        OnnxImporter.load(
            OnnxReader.read(SharedModels.models("faceplugin-fr_feature.onnx")), Optional.empty());
    Pipelines.run(Pipelines.CANONICAL, imported.graph());
    assertThat(structure(imported.graph()))
        .isEqualTo(structure(ofTorch(SharedModels.torch("p-frozen-213.pt"))));
    assertThat(imported.notes())
        .containsExactly(
            "the batch size 1 of the input was fixed; it is free now",
            "faceplugin-fr_feature.onnx!Reshape_95 (node 95): the batch size 1 was fixed here; it is"
                + " free now");
    assertThat(imported.half()).isFalse();
  }
}

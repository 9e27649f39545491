package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.onnx.OnnxModel;
import io.facekit.core.onnx.OnnxReader;
import io.facekit.core.op.Ops;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Quantization;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Nodes that no op models: passed through as they are, or refused with their places. */
class OnnxForeignTest {
  private static OnnxFile file(int opset, Object batch) {
    return new OnnxFile(opset)
        .input("x", batch, 2, 4, 4)
        .floats("w", 2, 2, 1, 1)
        .node("Conv", "a", List.of("x", "w"), List.of("c"), Map.of());
  }

  private static Graph load(OnnxFile file) {
    return OnnxImporter.load(file.read(), Optional.empty()).graph();
  }

  private static OnnxModel emitted(Graph graph, int opset) {
    Pipelines.run(Pipelines.CANONICAL, graph);
    byte[] bytes =
        OnnxEmitter.emit(
            graph, Quantization.NONE, new OnnxOptions(opset, "test", Map.of(), List.of()));
    return OnnxReader.read("out.onnx", ByteBuffer.wrap(bytes));
  }

  private static List<Problem> problems(Runnable run) {
    FacekitException e = catchThrowableOfType(FacekitException.class, run::run);
    assertThat(e).isNotNull();
    return e.problems();
  }

  private static OnnxFile erf(int opset, Object batch) {
    return file(opset, batch)
        .node("Celu", "mid", List.of("c"), List.of("e"), Map.of("alpha", 2f))
        .node("Relu", "end", List.of("e"), List.of("y"), Map.of())
        .output("y");
  }

  @Test
  void passesThroughWithTheTypesOfTheFile() {
    Graph graph = load(erf(12, "N").type("e", "N", 2, 4, 4));
    String text = GraphPrinter.print(graph);
    assertThat(text)
        .contains("mid = Foreign[operator=Celu, version=12, output=f32[batch,2,4,4], node=")
        .contains("](a) : f32[batch,2,4,4]");
    assertThat(GraphPrinter.print(GraphParser.parse(text, Ops::fromText))).isEqualTo(text);
    OnnxModel.Step celu = emitted(graph, 17).nodes().get(1);
    assertThat(celu.type()).isEqualTo("Celu");
    assertThat(celu.name()).isEqualTo("mid");
    assertThat(celu.inputs()).containsExactly("a");
    assertThat(celu.attributes().toString()).contains("2.0");
  }

  @Test
  void typesAreNeverGuessed() {
    List<Problem> unknown = problems(() -> load(erf(12, "N")));
    assertThat(unknown).hasSize(1);
    assertThat(unknown.get(0).id()).isEqualTo(ErrorId.ONNX_OPERATOR);
    assertThat(unknown.get(0).what()).isEqualTo("operator Celu is not known");
    assertThat(unknown.get(0).at())
        .isEqualTo("net.onnx!mid (node 1): the file does not tell the types of its outputs");
    assertThat(problems(() -> load(erf(12, "N").type("e", "N", 2, "H", 4)))).hasSize(1);
    assertThat(problems(() -> load(erf(12, "N").type("e", "M", 2, 4, 4)))).hasSize(1);
    assertThat(problems(() -> load(erf(12, 1).type("e", 1, 2, 4, 4))).get(0).at())
        .contains("the batch size is fixed in the file");
  }

  @Test
  void allUnknownOperatorsAreListedAtOnce() {
    List<Problem> all =
        problems(
            () ->
                load(
                    file(17, "N")
                        .node("Celu", "p", List.of("c"), List.of("p"), Map.of())
                        .node("Celu", "q", List.of("c"), List.of("q"), Map.of())
                        .node("my.ops::Twirl", "r", List.of("c"), List.of("r"), Map.of())
                        .node("Conv", "s", List.of("x", "c"), List.of("s"), Map.of())
                        .node("Relu", "dead", List.of("p"), List.of("dead"), Map.of())
                        .output("p")
                        .output("q")
                        .output("r")
                        .output("s")));
    assertThat(all).hasSize(3);
    assertThat(all.get(0).id()).isEqualTo(ErrorId.ONNX_ARGUMENT);
    assertThat(all.get(0).what()).isEqualTo("Conv: a computed input 1 is not supported");
    assertThat(all.get(1).found()).isEqualTo("2 nodes");
    assertThat(all.get(2).what()).isEqualTo("operator my.ops::Twirl is not known");
  }

  @Test
  void aKnownOperatorInAnotherFormPassesThrough() {
    Graph graph =
        load(
            file(19, "N")
                .node(
                    "AveragePool",
                    "p",
                    List.of("c"),
                    List.of("p"),
                    Map.of("kernel_shape", List.of(2, 2), "dilations", List.of(2, 1)))
                .output("p", "N", 2, 2, 3));
    assertThat(GraphPrinter.print(graph)).contains("p = Foreign[operator=AveragePool, version=19");
  }

  @Test
  void severalOutputsOptionalInputsAndDomainsStay() {
    Graph graph =
        load(
            file(13, "N")
                .opset("my.ops", 3)
                .longs("k", 2)
                .node(
                    "my.ops::Pair", "pair", List.of("c", "", "k"), List.of("", "p", "q"), Map.of())
                .type("p", "N", 2)
                .type("q", "N", 2)
                .node("Add", "sum", List.of("p", "q"), List.of("y"), Map.of())
                .output("y"));
    OnnxModel out = emitted(graph, 17);
    assertThat(out.domains()).containsExactly(Map.entry("my.ops", 3L));
    OnnxModel.Step pair = out.nodes().get(1);
    assertThat(pair.operator()).isEqualTo("my.ops::Pair");
    assertThat(pair.inputs()).containsExactly("a", "", "k");
    assertThat(pair.outputs()).containsExactly("", "pair", "pair.1");
    assertThat(out.constants()).containsKey("k");
    assertThat(out.nodes().get(2).inputs()).containsExactly("pair.1");
    assertThat(out.nodes().get(3).inputs()).containsExactly("pair", "pair.output1");
  }

  @Test
  void anOperatorThatChangedIsRefusedByName() {
    Graph graph =
        load(
            file(13, "N")
                .node("ReduceProd", "m", List.of("c"), List.of("m"), Map.of("axes", List.of(3)))
                .output("m", "N", 2, 4, 1));
    Problem p = problems(() -> emitted(graph, 18)).get(0);
    assertThat(p.id()).isEqualTo(ErrorId.ONNX_OPSET);
    assertThat(p.what()).isEqualTo("operator ReduceProd changed in operator set 18");
    assertThat(p.at()).isEqualTo("m");
    assertThat(emitted(graph, 17).nodes()).hasSize(2);
    Graph newer =
        load(
            file(18, "N")
                .longs("axes", 3)
                .node("ReduceProd", "m", List.of("c", "axes"), List.of("m"), Map.of())
                .output("m", "N", 2, 4, 1));
    assertThat(problems(() -> emitted(newer, 17)).get(0).what())
        .isEqualTo("operator ReduceProd needs operator set 18");
  }

  @Test
  void tfliteHasNoSuchOperators() {
    Graph graph = load(erf(12, "N").type("e", "N", 2, 4, 4));
    Problem p = problems(() -> TfliteEmitter.emit(graph, Quantization.NONE, Map.of())).get(0);
    assertThat(p.id()).isEqualTo(ErrorId.GRAPH_TARGET);
    assertThat(p.what()).isEqualTo("Celu cannot be written as TFLite");
    assertThat(p.at()).isEqualTo("mid");
  }

  @Test
  void nothingPassesThroughInFloat16() {
    OnnxFile half =
        file(13, "N")
            .node("Cast", "", List.of("c"), List.of("h"), Map.of("to", 10))
            .node("Celu", "mid", List.of("h"), List.of("y"), Map.of())
            .output("y", "N", 2, 4, 4);
    assertThat(problems(() -> load(half)).get(0).found()).contains("float16");
  }
}

package io.facekit.core.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.ir.GraphVerifier;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Ops;
import io.facekit.core.tensor.TensorData;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs a pass on a graph that is written as text and checks, beside the result, what every pass
 * must hold: sound graphs before and after, a true answer about changes, no change in a second run,
 * and the signature of the model.
 */
final class PassCheck {
  private final Pass pass;

  PassCheck(Pass pass) {
    this.pass = pass;
  }

  /** The pass makes the second graph of the first. */
  void rewrites(String before, String after) {
    Graph graph = parse(before);
    String start = contents(graph);
    List<TensorType> signature = signature(graph);
    assertThat(pass.run(graph)).as("the pass tells of a change").isTrue();
    assertThat(contents(graph)).isNotEqualTo(start);
    graph.removeDeadNodes();
    assertThat(GraphVerifier.verify(graph)).isEmpty();
    assertThat(GraphPrinter.print(graph)).isEqualTo(GraphPrinter.print(parse(after)));
    assertThat(signature(graph)).isEqualTo(signature);
    String once = contents(graph);
    assertThat(pass.run(graph)).as("a second run tells of a change").isFalse();
    assertThat(contents(graph)).isEqualTo(once);
    assertThat(pass.name()).isEqualTo(pass.getClass().getSimpleName());
  }

  /** The pass leaves the graph as it is. */
  void keeps(String text) {
    Graph graph = parse(text);
    String start = contents(graph);
    assertThat(pass.run(graph)).as("the pass tells of a change").isFalse();
    assertThat(contents(graph)).isEqualTo(start);
  }

  /** A graph of which parser, printer and verifier hold the same view. */
  static Graph parse(String text) {
    Graph graph = GraphParser.parse(text, Ops::fromText);
    String printed = GraphPrinter.print(graph);
    assertThat(GraphPrinter.print(GraphParser.parse(printed, Ops::fromText))).isEqualTo(printed);
    assertThat(GraphPrinter.print(graph.copy())).isEqualTo(printed);
    assertThat(GraphVerifier.verify(graph)).isEmpty();
    return graph;
  }

  /** The printed graph with the contents of all constants. */
  private static String contents(Graph graph) {
    StringBuilder out = new StringBuilder(GraphPrinter.print(graph));
    graph.nodes().stream()
        .flatMap(n -> n.inputs().stream())
        .filter(Value::isConstant)
        .map(Value::data)
        .map(TensorData::toFloats)
        .forEach(values -> out.append(Arrays.toString(values)));
    return out.toString();
  }

  private static List<TensorType> signature(Graph graph) {
    return Stream.concat(graph.inputs().stream(), graph.outputs().stream())
        .map(Value::type)
        .toList();
  }
}

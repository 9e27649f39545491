package io.facekit.core.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.op.Add;
import io.facekit.core.op.Flatten;
import io.facekit.core.op.Ops;
import io.facekit.core.op.Relu;
import io.facekit.core.tensor.Dim;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static final String TEXT =
      """
      input x: f32[batch,2]
      a = Relu(x) : f32[batch,2]
      b = Add(a, a) : f32[batch,2]
      dead @b = Mul(b, c: f32[] {2.0}) : f32[batch,2]
      output b
      """;

  private final Graph graph = GraphParser.parse(TEXT, Ops::fromText);

  private Node node(String name) {
    return graph.node(name).orElseThrow();
  }

  @Test
  void listsReadersOnce() {
    Value a = node("a").output();
    assertThat(graph.consumers(a)).containsExactly(node("b"));
    assertThat(graph.soleConsumer(a)).contains(node("b"));
    assertThat(graph.soleConsumer(node("b").output())).isEmpty();
    assertThat(graph.soleConsumer(node("dead").output())).isEmpty();
  }

  @Test
  void removesWhatReachesNoOutput() {
    assertThat(graph.removeDeadNodes()).isTrue();
    assertThat(graph.node("dead")).isEmpty();
    assertThat(graph.removeDeadNodes()).isFalse();
    assertThat(graph.nodes()).hasSize(2);
  }

  @Test
  void doesNotRemoveWhatIsRead() {
    assertThatThrownBy(() -> graph.remove(node("a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'a'");
    assertThatThrownBy(() -> graph.remove(node("b"))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void replacesANodeUnderItsName() {
    Value x = graph.inputs().get(0);
    graph.replaceNode(node("a"), new Add(), List.of(x, x));
    assertThat(GraphPrinter.print(graph)).isEqualTo(TEXT.replace("Relu(x)", "Add(x, x)"));
    assertThat(GraphVerifier.verify(graph)).isEmpty();
  }

  @Test
  void refusesAReplacementOfAnotherType() {
    Value y =
        graph.addInput(
            "y", TensorType.f32(graph.inputs().get(0).type().shape().withDim(1, Dim.of(3))));
    assertThatThrownBy(() -> graph.replaceUses(node("a").output(), y))
        .isInstanceOf(ShapeMismatch.class)
        .hasMessage("cannot replace a: f32[batch,2] by y: f32[batch,3]");
  }

  @Test
  void givesEveryValueANameOfItsOwn() {
    Value x = graph.inputs().get(0);
    assertThat(graph.append("a", new Relu(), List.of(x)).name()).isEqualTo("a_1");
    assertThat(graph.insertBefore(node("b"), "a", new Relu(), List.of(x)).name()).isEqualTo("a_2");
    assertThat(graph.addInput("x", x.type()).name()).isEqualTo("x_1");
  }

  @Test
  void insertsIntoTheLayerOfItsAnchor() {
    graph.insertBefore(node("b"), "extra", new Relu(), graph.inputs());
    assertThat(graph.nodes()).extracting(Node::name).containsExactly("a", "extra", "b", "dead");
    assertThat(node("extra").layer()).isEqualTo("b");
    assertThatThrownBy(
            () ->
                new Graph()
                    .insertBefore(node("b"), "y", new Relu(), List.of(graph.inputs().get(0))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCopyIsIndependent() {
    Graph copy = graph.copy();
    assertThat(GraphPrinter.print(copy)).isEqualTo(TEXT);
    copy.removeDeadNodes();
    assertThat(GraphPrinter.print(graph)).isEqualTo(TEXT);
  }

  @Test
  void theVerifierFindsWhatDoesNotHold() {
    assertThat(GraphVerifier.verify(graph)).isEmpty();
    Value later = graph.append("later", new Relu(), graph.inputs());
    node("a").inputs.set(0, later);
    assertThat(GraphVerifier.verify(graph))
        .containsExactly("node 'a' reads 'later' before it is computed");
  }

  @Test
  void theVerifierInfersTypesAgain() {
    Graph other =
        GraphParser.parse(
            """
            input x: f32[batch,2,1,1]
            input z: f32[batch,3,1,1]
            y = Flatten(x)
            s = Add(x, x)
            output y
            """,
            Ops::fromText);
    Value z = other.inputs().get(1);
    other.node("y").orElseThrow().inputs.set(0, z);
    other.node("s").orElseThrow().inputs.set(0, z);
    assertThat(GraphVerifier.verify(other))
        .containsExactly(
            "node 'y' has type f32[batch,2], not f32[batch,3]",
            "node 's': shapes [batch,3,1,1] and [batch,2,1,1] do not broadcast");
    other.addOutput(new Graph().append("stray", new Flatten(), List.of(z)));
    assertThat(GraphVerifier.verify(other)).contains("output 'stray' is not computed");
  }
}

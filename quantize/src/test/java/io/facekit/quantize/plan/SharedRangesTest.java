package io.facekit.quantize.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.op.Ops;
import io.facekit.quantize.observe.Range;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharedRangesTest {
  private static final Graph GRAPH =
      GraphParser.parse(
          """
          input x: f32[batch,2,4,4]
          a = PRelu(x, slope: f32[2] {0.25 -0.5})
          b = Sigmoid(a)
          c = Add(b, x)
          d = PRelu(c, slope2: f32[2] {0.1 0.2})
          e = Add(d, one: f32[1] {1.0})
          output e
          """,
          Ops::fromText);

  @Test
  void joinsWhatPReluAndAddJoin() {
    assertThat(SharedRanges.groups(GRAPH)).containsExactly(List.of("b", "x", "a", "c", "d"));
  }

  @Test
  void aGroupGetsTheUnionOfItsRanges() {
    Map<String, Range> shared =
        SharedRanges.of(
            GRAPH,
            Map.of(
                "x",
                new Range(-1, 2),
                "a",
                new Range(-3, 1),
                "c",
                new Range(0, 5),
                "e",
                new Range(0, 9),
                "a.neg",
                new Range(0, 4)));
    Range all = new Range(-3, 5);
    assertThat(shared)
        .isEqualTo(
            Map.of("x", all, "a", all, "c", all, "e", new Range(0, 9), "a.neg", new Range(0, 8)));
  }

  @Test
  void aValueAloneKeepsItsRange() {
    Map<String, Range> ranges = Map.of("a", new Range(-3, 1), "b", new Range(0, 1));
    assertThat(SharedRanges.of(GRAPH, new HashMap<>(ranges)).get("e")).isNull();
    assertThat(SharedRanges.of(GRAPH, Map.of("e", new Range(-1, 1))))
        .isEqualTo(Map.of("e", new Range(-1, 1)));
  }
}

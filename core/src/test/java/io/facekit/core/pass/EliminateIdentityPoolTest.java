package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class EliminateIdentityPoolTest {
  private final PassCheck check = new PassCheck(new EliminateIdentityPool());

  @Test
  void readersReadWhatThePoolRead() {
    check.rewrites(
        """
        input x: f32[batch,2,3,3]
        a = AveragePool[kernel=[3, 3], strides=[3, 3]](x)
        b = AveragePool[kernel=[1, 1], strides=[1, 1]](a)
        c = MaxPool[kernel=[1, 1], strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1]](b)
        d = Add(b, c)
        output d
        """,
        """
        input x: f32[batch,2,3,3]
        a = AveragePool[kernel=[3, 3], strides=[3, 3]](x)
        d = Add(a, a)
        output d
        """);
  }

  @Test
  void anOutputIsThePoolsInput() {
    check.rewrites(
        """
        input x: f32[batch,2,3,3]
        a = Relu(x)
        b = AveragePool[kernel=[1, 1], strides=[1, 1]](a)
        output b
        """,
        """
        input x: f32[batch,2,3,3]
        a = Relu(x)
        output a
        """);
  }

  @Test
  void poolsThatComputeStay() {
    check.keeps(
        """
        input x: f32[batch,2,3,3]
        a = AveragePool[kernel=[1, 1], strides=[2, 2]](x)
        b = AveragePool[kernel=[1, 2], strides=[1, 1]](a)
        c = MaxPool[kernel=[1, 1], strides=[1, 2], pads=[0, 0, 0, 0], dilations=[1, 1]](b)
        output c
        """);
  }

  @Test
  void theOnlyNodeStays() {
    check.keeps(
        """
        input x: f32[batch,2,3,3]
        a = AveragePool[kernel=[1, 1], strides=[1, 1]](x)
        output a
        """);
  }
}

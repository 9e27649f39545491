package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class LowerPReluTest {
  private final PassCheck check = new PassCheck(new LowerPRelu());

  @Test
  void splitsAnActivation() {
    check.rewrites(
        """
        input x: f32[batch,4,1,1]
        act = PRelu(x, s: f32[4] {0.25 1.0 -0.5 0.0})
        relu = Relu(act)
        output relu
        """,
        """
        input x: f32[batch,4,1,1]
        act.neg @act = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=4, activation=RELU](x, act.minus: f32[4,1,1,1] {-0.75 0.0 -1.5 -1.0})
        act = Add(x, act.neg)
        relu = Relu(act)
        output relu
        """);
  }

  @Test
  void takesAWindowWhereAPointIsTooSmall() {
    new PassCheck(new LowerPRelu(3))
        .rewrites(
            """
            input x: f32[batch,2,5,5]
            act = PRelu(x, s: f32[2] {0.25 -1.0})
            output act
            """,
            """
            input x: f32[batch,2,5,5]
            act.neg @act = Conv[strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], groups=2, activation=RELU](x, act.minus: f32[2,1,3,3] {0.0 0.0 0.0 0.0 -0.75 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 -2.0 0.0 0.0 0.0 0.0})
            act = Add(x, act.neg)
            output act
            """);
  }

  @Test
  void splitsEachOfTwoWithOneSlope() {
    check.rewrites(
        """
        input x: f32[batch,1,1,1]
        a = PRelu(x, s: f32[1] {0.5})
        b = PRelu(a, s: f32[1] {0.5})
        output b
        output a
        """,
        """
        input x: f32[batch,1,1,1]
        a.neg @a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=RELU](x, a.minus: f32[1,1,1,1] {-0.5})
        a = Add(x, a.neg)
        b.neg @b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=RELU](a, b.minus: f32[1,1,1,1] {-0.5})
        b = Add(a, b.neg)
        output b
        output a
        """);
  }

  @Test
  void keepsASlopeAbove1() {
    check.keeps(
        """
        input x: f32[batch,2,1,1]
        act = PRelu(x, s: f32[2] {0.25 1.0000001})
        output act
        """);
  }

  @Test
  void keepsASlopeThatIsNoNumber() {
    check.keeps(
        """
        input x: f32[batch,2,1,1]
        act = PRelu(x, s: f32[2] {0.25 NaN})
        output act
        """);
  }

  @Test
  void keepsRows() {
    check.keeps(
        """
        input x: f32[batch,2]
        act = PRelu(x, s: f32[2] {0.25 0.5})
        output act
        """);
  }

  @Test
  void keepsComputedSlopes() {
    check.keeps(
        """
        input x: f32[batch,2,1,1]
        input s: f32[2]
        act = PRelu(x, s)
        output act
        """);
  }
}

package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class NormalizePReluSlopesTest {
  private final PassCheck check = new PassCheck(new NormalizePReluSlopes());

  @Test
  void flipsChannelsBeforeADenseConv() {
    check.rewrites(
        """
        input x: f32[batch,1,2,2]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, a.w: f32[2,1,1,1] {3.0 5.0}, a.b: f32[2] {1.0 1.0})
        act = PRelu(a, s: f32[2] {0.5 2.0})
        b = Conv[strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], groups=1, activation=NONE](act, b.w: f32[2,2,1,2] {1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0}, b.b: f32[2] {1.0 2.0})
        output b
        """,
        """
        input x: f32[batch,1,2,2]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, a.w: f32[2,1,1,1] {3.0 -10.0}, a.b: f32[2] {1.0 -2.0})
        act = PRelu(a, act.weight: f32[2] {0.5 0.5})
        b = Conv[strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], groups=1, activation=NONE](act, b.w: f32[2,2,1,2] {1.0 2.0 -3.0 -4.0 5.0 6.0 -7.0 -8.0}, b.b: f32[2] {1.0 2.0})
        output b
        """);
  }

  @Test
  void flipsChannelsBeforeADepthwiseConv() {
    check.rewrites(
        """
        input x: f32[batch,1,2,2]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, a.w: f32[2,1,1,1] {3.0 5.0})
        act = PRelu(a, s: f32[2] {4.0 -1.0})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=2, activation=RELU](act, b.w: f32[4,1,1,1] {1.0 2.0 3.0 4.0})
        output b
        """,
        """
        input x: f32[batch,1,2,2]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, a.w: f32[2,1,1,1] {-12.0 5.0})
        act = PRelu(a, act.weight: f32[2] {0.25 -1.0})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=2, activation=RELU](act, b.w: f32[4,1,1,1] {-1.0 -2.0 3.0 4.0})
        output b
        """);
  }

  @Test
  void flipsChannelsBeforeAGroupedConv() {
    check.rewrites(
        """
        input x: f32[batch,4,1,1]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=4, activation=NONE](x, a.w: f32[4,1,1,1] {1.0 1.0 1.0 1.0})
        act = PRelu(a, s: f32[4] {2.0 1.0 0.5 4.0})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=2, activation=NONE](act, b.w: f32[4,2,1,1] {1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0})
        output b
        """,
        """
        input x: f32[batch,4,1,1]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=4, activation=NONE](x, a.w: f32[4,1,1,1] {-2.0 1.0 1.0 -4.0})
        act = PRelu(a, act.weight: f32[4] {0.5 1.0 0.5 0.25})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=2, activation=NONE](act, b.w: f32[4,2,1,1] {-1.0 2.0 -3.0 4.0 5.0 -6.0 7.0 -8.0})
        output b
        """);
  }

  @Test
  void flipsAChainInOneRun() {
    check.rewrites(
        """
        input x: f32[batch,1,1,1]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, a.w: f32[1,1,1,1] {1.0})
        p = PRelu(a, s: f32[1] {2.0})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](p, b.w: f32[1,1,1,1] {3.0})
        q = PRelu(b, t: f32[1] {4.0})
        c = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](q, c.w: f32[1,1,1,1] {5.0})
        output c
        """,
        """
        input x: f32[batch,1,1,1]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, a.w: f32[1,1,1,1] {-2.0})
        p = PRelu(a, p.weight: f32[1] {0.5})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](p, b.w: f32[1,1,1,1] {12.0})
        q = PRelu(b, q.weight: f32[1] {0.25})
        c = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](q, c.w: f32[1,1,1,1] {-5.0})
        output c
        """);
  }

  @Test
  void keepsSlopesOfAtMost1() {
    check.keeps(
        """
        input x: f32[batch,1,2,2]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, a.w: f32[2,1,1,1] {3.0 5.0})
        act = PRelu(a, s: f32[2] {-7.0 1.0})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](act, b.w: f32[1,2,1,1] {1.0 2.0})
        output b
        """);
  }

  @Test
  void keepsAnActivationThatIsShared() {
    check.keeps(
        """
        input x: f32[batch,1,2,2]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, a.w: f32[1,1,1,1] {3.0})
        act = PRelu(a, s: f32[1] {2.0})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](act, b.w: f32[1,1,1,1] {1.0})
        sum = Add(act, b)
        output sum
        """);
  }

  @Test
  void keepsAnActivationThatIsAnOutput() {
    check.keeps(
        """
        input x: f32[batch,1,2,2]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, a.w: f32[1,1,1,1] {3.0})
        act = PRelu(a, s: f32[1] {2.0})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](act, b.w: f32[1,1,1,1] {1.0})
        output b
        output act
        """);
  }

  @Test
  void keepsAConsumerThatIsNoConv() {
    check.keeps(
        """
        input x: f32[batch,1,1,1]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, a.w: f32[1,1,1,1] {3.0})
        act = PRelu(a, s: f32[1] {2.0})
        flat = Flatten(act)
        fc = Gemm[activation=NONE](flat, w: f32[1,1] {3.0})
        output fc
        """);
  }

  @Test
  void keepsALayerBeforeThatIsNoConvOrShared() {
    check.keeps(
        """
        input x: f32[batch,1,1,1]
        p = PRelu(x, s: f32[1] {2.0})
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=RELU](p, w: f32[1,1,1,1] {3.0})
        q = PRelu(a, s: f32[1] {2.0})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](q, w: f32[1,1,1,1] {3.0})
        r = PRelu(b, s: f32[1] {2.0})
        c = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](r, w: f32[1,1,1,1] {3.0})
        sum = Add(b, c)
        output sum
        """);
  }

  @Test
  void keepsComputedWeights() {
    check.keeps(
        """
        input x: f32[batch,1,1,1]
        input w: f32[1,1,1,1]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w)
        p = PRelu(a, s: f32[1] {2.0})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](p, v: f32[1,1,1,1] {3.0})
        q = PRelu(b, s: f32[1] {2.0})
        c = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](q, w)
        output c
        """);
  }
}

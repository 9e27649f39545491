package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class FuseL2NormalizationTest {
  private final PassCheck check = new PassCheck(new FuseL2Normalization());

  @Test
  void fusesADivisionByTheNorm() {
    check.rewrites(
        """
        input x: f32[batch,3]
        norm = ReduceL2[axis=1](x)
        y = Div(x, norm)
        output y
        """,
        """
        input x: f32[batch,3]
        y = LpNormalization(x)
        output y
        """);
  }

  @Test
  void fusesAGuardedDivision() {
    check.rewrites(
        """
        input x: f32[batch,3]
        norm = ReduceL2[axis=1](x)
        safe = Clip[min=1.0E-12, max=Infinity](norm)
        y = Div(x, safe)
        output y
        """,
        """
        input x: f32[batch,3]
        y = LpNormalization(x)
        output y
        """);
  }

  @Test
  void leavesANormThatIsReadElsewhere() {
    check.rewrites(
        """
        input x: f32[batch,3]
        norm = ReduceL2[axis=1](x)
        y = Div(x, norm)
        output y
        output norm
        """,
        """
        input x: f32[batch,3]
        norm = ReduceL2[axis=1](x)
        y = LpNormalization(x)
        output y
        output norm
        """);
  }

  @Test
  void keepsAGuardThatChangesSmallRows() {
    check.keeps(
        """
        input x: f32[batch,3]
        norm = ReduceL2[axis=1](x)
        a = Clip[min=0.001, max=Infinity](norm)
        ya = Div(x, a)
        b = Clip[min=1.0E-12, max=100.0](norm)
        yb = Div(x, b)
        output ya
        output yb
        """);
  }

  @Test
  void keepsTheNormOfAnotherValue() {
    check.keeps(
        """
        input x: f32[batch,3]
        relu = Relu(x)
        norm = ReduceL2[axis=1](relu)
        y = Div(x, norm)
        output y
        """);
  }

  @Test
  void keepsOtherAxesAndRanks() {
    check.keeps(
        """
        input x: f32[batch,3,2,2]
        norm = ReduceL2[axis=1](x)
        y = Div(x, norm)
        input z: f32[2,3]
        norm0 = ReduceL2[axis=0](z)
        y0 = Div(z, norm0)
        output y
        output y0
        """);
  }

  @Test
  void keepsOtherDivisions() {
    check.keeps(
        """
        input x: f32[batch,3]
        norm = ReduceL2[axis=1](x)
        relu = Relu(norm)
        y = Div(x, relu)
        z = Div(x, c: f32[] {2.0})
        output y
        output z
        """);
  }
}

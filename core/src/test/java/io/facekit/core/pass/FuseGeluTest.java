package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class FuseGeluTest {
  private final PassCheck check = new PassCheck(new FuseGelu());

  @Test
  void fusesWhatPyTorchWrites() {
    check.rewrites(
        """
        input x: f32[batch,3]
        z = Div(x, root: f32[] {1.4142135})
        e = Erf(z)
        s = Add(e, one: f32[] {1.0})
        t = Mul(x, s)
        y = Mul(t, half: f32[] {0.5})
        output y
        """,
        """
        input x: f32[batch,3]
        y = Gelu[approximate=false](x)
        output y
        """);
  }

  @Test
  void fusesFactorsInAnotherOrder() {
    check.rewrites(
        """
        input x: f32[batch,3]
        z = Mul(root: f32[] {0.70710677}, x)
        e = Erf(z)
        s = Add(one: f32[] {1.0}, e)
        t = Mul(half: f32[] {0.5}, x)
        y = Mul(s, t)
        output y
        """,
        """
        input x: f32[batch,3]
        y = Gelu[approximate=false](x)
        output y
        """);
  }

  @Test
  void fusesTheApproximation() {
    check.rewrites(
        """
        input x: f32[batch,3]
        c = Pow(x, three: f32[] {3.0})
        b = Mul(c, cubic: f32[] {0.044715})
        a = Add(x, b)
        z = Mul(a, scale: f32[] {0.7978846})
        e = Tanh(z)
        s = Add(e, one: f32[] {1.0})
        t = Mul(x, s)
        y = Mul(t, half: f32[] {0.5})
        c2 = Mul(y, y)
        c3 = Mul(c2, y)
        b2 = Mul(c3, cubic: f32[] {0.044715})
        a2 = Add(y, b2)
        z2 = Mul(a2, scale: f32[] {0.7978846})
        e2 = Tanh(z2)
        s2 = Add(e2, one: f32[] {1.0})
        t2 = Mul(y, s2)
        y2 = Mul(t2, half: f32[] {0.5})
        output y2
        """,
        """
        input x: f32[batch,3]
        y = Gelu[approximate=true](x)
        y2 = Gelu[approximate=true](y)
        output y2
        """);
  }

  @Test
  void keepsOtherNumbersAndOtherTensors() {
    check.keeps(
        """
        input x: f32[batch,3]
        z = Div(x, root: f32[] {1.4})
        e = Erf(z)
        s = Add(e, one: f32[] {1.0})
        t = Mul(x, s)
        y = Mul(t, half: f32[] {0.5})
        z2 = Div(x, root2: f32[] {1.4142135})
        e2 = Erf(z2)
        s2 = Add(e2, one2: f32[] {1.0})
        t2 = Mul(y, s2)
        y2 = Mul(t2, half2: f32[] {0.5})
        t3 = Mul(x, s2)
        y3 = Mul(t3, quarter: f32[] {0.25})
        output y2
        output y3
        """);
  }
}

package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class FuseHardSwishTest {
  private final PassCheck check = new PassCheck(new FuseHardSwish());

  @Test
  void fusesAProductWithItsOwnGate() {
    check.rewrites(
        """
        input x: f32[batch,3]
        a.gate = HardSigmoid(x)
        a = Mul(x, a.gate)
        b.gate = HardSigmoid(a)
        b = Mul(b.gate, a)
        output b
        """,
        """
        input x: f32[batch,3]
        a = HardSwish(x)
        b = HardSwish(a)
        output b
        """);
  }

  @Test
  void leavesAGateThatIsReadElsewhere() {
    check.rewrites(
        """
        input x: f32[batch,3]
        gate = HardSigmoid(x)
        y = Mul(x, gate)
        output y
        output gate
        """,
        """
        input x: f32[batch,3]
        gate = HardSigmoid(x)
        y = HardSwish(x)
        output y
        output gate
        """);
  }

  @Test
  void keepsOtherProducts() {
    check.keeps(
        """
        input x: f32[batch,3]
        relu = Relu(x)
        gate = HardSigmoid(relu)
        y = Mul(x, gate)
        z = Mul(gate, gate)
        s = Sigmoid(x)
        silu = Mul(x, s)
        output y
        output z
        output silu
        """);
  }
}

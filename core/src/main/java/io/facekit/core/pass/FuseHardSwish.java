package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.HardSigmoid;
import io.facekit.core.op.HardSwish;
import io.facekit.core.op.Mul;
import java.util.List;

/**
 * Recognises HardSwish as ONNX files before operator set 14 spell it.
 *
 * <pre>
 * g = HardSigmoid(x);  y = Mul(x, g)     becomes     y = HardSwish(x)
 * </pre>
 */
public final class FuseHardSwish implements Pass {
  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node mul : graph.nodes()) {
      if (mul.op() instanceof Mul) {
        Value a = mul.input(0);
        Value b = mul.input(1);
        if (isGate(b, a) || isGate(a, b)) {
          graph.replaceNode(mul, new HardSwish(), List.of(isGate(b, a) ? a : b));
          changed = true;
        }
      }
    }
    return changed;
  }

  private static boolean isGate(Value gate, Value x) {
    Node producer = gate.producer();
    return producer != null && producer.op() instanceof HardSigmoid && producer.input(0) == x;
  }
}

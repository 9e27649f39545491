package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Activation;
import io.facekit.core.op.Clip;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Gemm;
import io.facekit.core.op.Relu;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a Relu or a Clip to 0..6 a part of the Conv or Gemm before it, so that quantization sees
 * one value, the one behind the activation.
 *
 * <pre>
 * c = Conv[activation=NONE](x);  y = Relu(c)     becomes     c = Conv[activation=RELU](x)
 * </pre>
 */
public final class FuseActivation implements Pass {
  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node n : graph.nodes()) {
      Optional<Activation> activation = activation(n.op());
      Node before = n.inputs().isEmpty() ? null : n.input(0).producer();
      if (activation.isEmpty() || before == null || graph.soleConsumer(before.output()).isEmpty()) {
        continue;
      }
      @Nullable Op fused = fused(before.op(), activation.get());
      if (fused != null) {
        Value out = graph.replaceNode(before, fused, before.inputs());
        graph.replaceUses(n.output(), out);
        graph.remove(n);
        changed = true;
      }
    }
    return changed;
  }

  private static Optional<Activation> activation(Op op) {
    if (op instanceof Relu) {
      return Optional.of(Activation.RELU);
    }
    return op instanceof Clip c && c.isRelu6() ? Optional.of(Activation.RELU6) : Optional.empty();
  }

  private static @Nullable Op fused(Op op, Activation activation) {
    if (op instanceof Conv c && c.activation() == Activation.NONE) {
      return c.withActivation(activation);
    }
    return op instanceof Gemm g && g.activation() == Activation.NONE
        ? g.withActivation(activation)
        : null;
  }
}

package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.op.AveragePool;
import io.facekit.core.op.MaxPool;
import java.util.List;

/**
 * Removes an AveragePool or MaxPool whose windows are single elements. It computes nothing, and
 * XNNPACK 2.21 gives zeros for two of them in a row.
 *
 * <pre>
 * p = AveragePool[kernel=[1, 1], strides=[1, 1]](x);  y = Relu(p)     becomes     y = Relu(x)
 * </pre>
 */
public final class EliminateIdentityPool implements Pass {
  private static final List<Integer> SINGLE = List.of(1, 1);
  private static final List<Integer> UNPADDED = List.of(0, 0, 0, 0);

  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node n : graph.nodes()) {
      // A model whose output is its input has no artifact.
      boolean only = n.inputs().get(0).producer() == null && graph.isOutput(n.output());
      if (isIdentity(n.op()) && !only) {
        graph.replaceUses(n.output(), n.input(0));
        graph.remove(n);
        changed = true;
      }
    }
    return changed;
  }

  private static boolean isIdentity(Op op) {
    return (op instanceof AveragePool a && a.kernel().equals(SINGLE) && a.strides().equals(SINGLE))
        || (op instanceof MaxPool m
            && m.kernel().equals(SINGLE)
            && m.strides().equals(SINGLE)
            && m.pads().equals(UNPADDED));
  }
}

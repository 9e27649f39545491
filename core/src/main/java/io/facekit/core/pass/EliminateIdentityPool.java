package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.op.AveragePool;
import java.util.List;

/**
 * Removes an AveragePool whose windows are single elements. It computes nothing, and XNNPACK 2.21
 * gives zeros for two of them in a row.
 *
 * <pre>
 * p = AveragePool[kernel=[1, 1], strides=[1, 1]](x);  y = Relu(p)     becomes     y = Relu(x)
 * </pre>
 */
public final class EliminateIdentityPool implements Pass {
  private static final List<Integer> SINGLE = List.of(1, 1);

  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node n : graph.nodes()) {
      // A model whose output is its input has no artifact.
      boolean only = n.inputs().get(0).producer() == null && graph.isOutput(n.output());
      if (n.op() instanceof AveragePool pool && isIdentity(pool) && !only) {
        graph.replaceUses(n.output(), n.input(0));
        graph.remove(n);
        changed = true;
      }
    }
    return changed;
  }

  private static boolean isIdentity(AveragePool pool) {
    return pool.kernel().equals(SINGLE) && pool.strides().equals(SINGLE);
  }
}

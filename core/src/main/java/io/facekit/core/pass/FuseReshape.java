package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Flatten;
import io.facekit.core.op.Reshape;
import java.util.List;

/**
 * Makes one of several changes of shape, or none where the first shape comes back.
 *
 * <pre>
 * r = Reshape(x);  y = Reshape(r)     becomes     y = Reshape(x)
 * </pre>
 */
public final class FuseReshape implements Pass {
  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node n : graph.nodes()) {
      Node first = isReshape(n.op()) ? n.input(0).producer() : null;
      if (first == null || !isReshape(first.op())) {
        continue;
      }
      Value x = first.input(0);
      if (x.type().equals(n.output().type())) {
        if (graph.isOutput(n.output()) && x.producer() == null) {
          continue;
        }
        graph.replaceUses(n.output(), x);
        graph.remove(n);
      } else {
        graph.replaceNode(n, Reshape.to(x.type().shape(), n.output().type().shape()), List.of(x));
      }
      changed = true;
      graph.removeDeadNodes();
    }
    return changed;
  }

  private static boolean isReshape(Op op) {
    return op instanceof Reshape || op instanceof Flatten;
  }
}

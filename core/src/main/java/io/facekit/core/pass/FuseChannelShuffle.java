package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Gather;
import io.facekit.core.op.Reshape;
import io.facekit.core.op.Transpose;
import io.facekit.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Recognises a channel shuffle (Zhang et al., arXiv 1707.01083): channels in another order, which
 * TFLite can express without moving the axes around.
 *
 * <pre>
 * a = Reshape(x, [N,G,C/G,H,W]);  b = Transpose[perm=[0, 2, 1, 3, 4]](a);  y = Reshape(b, [N,C,H,W])
 *   becomes
 * y = Gather[axis=1](x)
 * </pre>
 */
public final class FuseChannelShuffle implements Pass {
  private static final List<Integer> SWAPPED = List.of(0, 2, 1, 3, 4);

  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node last : graph.nodes()) {
      Node transpose = last.op() instanceof Reshape ? last.input(0).producer() : null;
      Node first = transpose == null ? null : transpose.input(0).producer();
      if (transpose == null
          || first == null
          || !transpose.op().equals(new Transpose(SWAPPED))
          || !(first.op() instanceof Reshape)) {
        continue;
      }
      Value x = first.input(0);
      Shape apart = first.output().type().shape();
      if (x.type().equals(last.output().type()) && splitsChannels(x.type().shape(), apart)) {
        graph.replaceNode(last, new Gather(1, order(apart)), List.of(x));
        changed = true;
      }
    }
    return changed;
  }

  private static boolean splitsChannels(Shape x, Shape apart) {
    return x.rank() == 4
        && apart.rank() == 5
        && apart.dim(0).equals(x.dim(0))
        && apart.dim(3).equals(x.dim(2))
        && apart.dim(4).equals(x.dim(3));
  }

  private static List<Integer> order(Shape apart) {
    int groups = apart.size(1);
    int perGroup = apart.size(2);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < groups * perGroup; i++) {
      order.add(i % groups * perGroup + i / groups);
    }
    return order;
  }
}

package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Clip;
import io.facekit.core.op.Div;
import io.facekit.core.op.LpNormalization;
import io.facekit.core.op.ReduceL2;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recognises {@code x / norm(x)} and {@code F.normalize(x)} on rows.
 *
 * <pre>
 * n = ReduceL2[axis=1](x);  m = Clip[min=1e-12](n);  y = Div(x, m)    (the Clip may be missing)
 *   becomes
 * y = LpNormalization(x)
 * </pre>
 */
public final class FuseL2Normalization implements Pass {
  /** The largest guard against division by zero that may be dropped. */
  private static final double MAX_EPSILON = 1e-6;

  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node div : graph.nodes()) {
      if (!(div.op() instanceof Div) || div.input(0).type().shape().rank() != 2) {
        continue;
      }
      @Nullable Node norm = norm(div.input(1).producer());
      Value x = div.input(0);
      if (norm != null && norm.op().equals(new ReduceL2(1)) && norm.input(0) == x) {
        graph.replaceNode(div, new LpNormalization(), List.of(x));
        changed = true;
      }
    }
    return changed;
  }

  private static @Nullable Node norm(@Nullable Node n) {
    boolean guard =
        n != null
            && n.op() instanceof Clip c
            && c.min() >= 0
            && c.min() <= MAX_EPSILON
            && Double.isInfinite(c.max());
    return guard && n != null ? n.input(0).producer() : n;
  }
}

package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.ShapeMismatch;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Add;
import io.facekit.core.op.Div;
import io.facekit.core.op.Max;
import io.facekit.core.op.Min;
import io.facekit.core.op.Mul;
import io.facekit.core.op.Pow;
import io.facekit.core.op.Sub;
import io.facekit.core.op.Tile;
import java.util.List;
import java.util.Set;

/**
 * Lets elementwise ops broadcast by themselves.
 *
 * <pre>
 * t = Tile(a [N,C,1,1]);  y = Mul(x [N,C,H,W], t)     becomes     y = Mul(x, a)
 * </pre>
 */
public final class EliminateTile implements Pass {
  private static final Set<Class<?>> BROADCASTING =
      Set.of(Add.class, Div.class, Max.class, Min.class, Mul.class, Pow.class, Sub.class);

  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node n : graph.nodes()) {
      for (int i = 0; BROADCASTING.contains(n.op().getClass()) && i < 2; i++) {
        Node tile = n.input(i).producer();
        if (tile != null && tile.op() instanceof Tile && keepsType(n, i, tile.input(0))) {
          Value other = n.input(1 - i);
          Value bare = tile.input(0);
          graph.replaceNode(n, n.op(), i == 0 ? List.of(bare, other) : List.of(other, bare));
          changed = true;
          break;
        }
      }
    }
    return changed;
  }

  /** Whether the other operand alone gives the output its shape, and both are tiled alike. */
  private static boolean keepsType(Node n, int operand, Value bare) {
    TensorType other = n.input(1 - operand).type();
    List<TensorType> types =
        operand == 0 ? List.of(bare.type(), other) : List.of(other, bare.type());
    try {
      return n.op().infer(types).equals(n.output().type()) && onlyOnesAreRepeated(n, operand);
    } catch (ShapeMismatch e) {
      return false;
    }
  }

  private static boolean onlyOnesAreRepeated(Node n, int operand) {
    Node tile = n.input(operand).producer();
    if (tile == null || !(tile.op() instanceof Tile t)) {
      return false;
    }
    for (int i = 0; i < t.repeats().size(); i++) {
      boolean one =
          !tile.input(0).type().shape().dim(i).symbolic()
              && tile.input(0).type().shape().size(i) == 1;
      if (t.repeats().get(i) != 1 && !one) {
        return false;
      }
    }
    return true;
  }
}

package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Activation;
import io.facekit.core.op.Add;
import io.facekit.core.op.Gemm;
import io.facekit.core.tensor.Shape;
import java.util.List;

/**
 * Makes a constant that is added to the rows of a Gemm its bias, as files have it that spell a
 * fully connected layer as MatMul and Add.
 *
 * <pre>
 * m = Gemm(x, W [M,K]);  y = Add(m, c [M])
 *   becomes
 * m = Gemm(x, W, c)
 * </pre>
 */
public final class FoldAdd implements Pass {
  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node add : graph.nodes()) {
      if (add.op() instanceof Add) {
        changed |= fold(graph, add, 0, 1) || fold(graph, add, 1, 0);
      }
    }
    return changed;
  }

  private static boolean fold(Graph graph, Node add, int rows, int constant) {
    Node gemm = add.input(rows).producer();
    Value bias = add.input(constant);
    if (gemm == null
        || !gemm.op().equals(new Gemm(Activation.NONE))
        || gemm.inputs().size() != 2
        || !bias.isConstant()
        || graph.soleConsumer(gemm.output()).isEmpty()) {
      return false;
    }
    Shape row = Shape.of(gemm.input(1).type().shape().size(0));
    boolean isRow = bias.type().shape().equals(row);
    boolean isMatrix = bias.type().shape().equals(Shape.of(1, row.size(0)));
    if (!isRow && !isMatrix) {
      return false;
    }
    Value flat = isRow ? bias : graph.constant(bias.name(), bias.data().reshaped(row));
    graph.replacePair(gemm, add, gemm.op(), List.of(gemm.input(0), gemm.input(1), flat));
    return true;
  }
}

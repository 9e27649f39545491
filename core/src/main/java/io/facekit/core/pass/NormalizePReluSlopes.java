package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Activation;
import io.facekit.core.op.Conv;
import io.facekit.core.op.PRelu;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings PRelu slopes above 1 below 1, by flipping the channel's sign between the Conv before and
 * the Conv after the PRelu. Exact in real arithmetic, since for a slope {@code a > 1}
 *
 * <pre>
 * PRelu(x, a) = -PRelu(-a * x, 1 / a)
 *
 * x = Conv(.., W, b);  y = PRelu(x, a);         z = Conv(y, V)
 *   becomes, in the channels where a > 1,
 * x = Conv(.., -a * W, -a * b);  y = PRelu(x, 1/a);  z = Conv(y, -V)
 * </pre>
 */
public final class NormalizePReluSlopes implements Pass {
  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node prelu : graph.nodes()) {
      if (!(prelu.op() instanceof PRelu)
          || !prelu.hasConstantParameters()
          || maximum(prelu.input(1).data()) <= 1) {
        continue;
      }
      Node before = prelu.input(0).producer();
      Optional<Node> after = graph.soleConsumer(prelu.output());
      if (before != null
          && before.op() instanceof Conv c
          && c.activation() == Activation.NONE
          && before.hasConstantParameters()
          && graph.soleConsumer(before.output()).isPresent()
          && after.isPresent()
          && after.get().op() instanceof Conv
          && after.get().hasConstantParameters()) {
        rewrite(graph, before, prelu, after.get());
        changed = true;
      }
    }
    return changed;
  }

  private static double maximum(TensorData slopes) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < slopes.elements(); i++) {
      max = Math.max(max, slopes.doubleAt(i));
    }
    return max;
  }

  private static void rewrite(Graph graph, Node before, Node prelu, Node after) {
    float[] slopes = prelu.input(1).data().toFloats();
    float[] factors = new float[slopes.length];
    float[] signs = new float[slopes.length];
    for (int c = 0; c < slopes.length; c++) {
      boolean flip = slopes[c] > 1;
      factors[c] = flip ? -slopes[c] : 1;
      signs[c] = flip ? -1 : 1;
      slopes[c] = flip ? 1 / slopes[c] : slopes[c];
    }
    List<Value> beforeInputs = new ArrayList<>(before.inputs());
    for (int i = 1; i < beforeInputs.size(); i++) {
      beforeInputs.set(i, ChannelScaling.outputs(graph, before, i, factors));
    }
    Value x = graph.replaceNode(before, before.op(), beforeInputs);
    Value slope =
        graph.constant(prelu, prelu.name() + ".weight", TensorData.of(slopes, slopes.length));
    Value y = graph.replaceNode(prelu, prelu.op(), List.of(x, slope));
    List<Value> afterInputs = new ArrayList<>(after.inputs());
    afterInputs.set(0, y);
    afterInputs.set(1, ChannelScaling.inputs(graph, after, signs));
    graph.replaceNode(after, after.op(), afterInputs);
  }
}

package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.BatchNormalization;
import io.facekit.core.op.ChannelAffine;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Flatten;
import io.facekit.core.op.Gemm;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import java.util.Optional;

/**
 * Folds a BatchNormalization into the Conv or Gemm after it, also through a Flatten. Never into a
 * padded Conv: padding is zero after the normalization, so the shift would be wrong at the border.
 *
 * <pre>
 * n = BatchNormalization(x, ...);  y = Conv(n, W, b)       without padding
 *   becomes
 * y = Conv(x, W * g, b + sum(W * shift))                   with n = g * x + shift
 * </pre>
 */
public final class FoldBatchNormForward implements Pass {
  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node bn : graph.nodes()) {
      if (!(bn.op() instanceof BatchNormalization) || !bn.hasConstantParameters()) {
        continue;
      }
      Optional<Node> next = graph.soleConsumer(bn.output());
      Optional<Node> flatten = next.filter(n -> n.op() instanceof Flatten);
      Optional<Node> linear =
          flatten.isPresent() ? graph.soleConsumer(flatten.get().output()) : next;
      if (linear.isEmpty() || !isFoldable(linear.get())) {
        continue;
      }
      fold(graph, bn, linear.get());
      changed = true;
    }
    return changed;
  }

  private static boolean isFoldable(Node n) {
    boolean linear = n.op() instanceof Gemm || (n.op() instanceof Conv c && !c.isPadded());
    return linear && n.hasConstantParameters();
  }

  private static void fold(Graph graph, Node bn, Node linear) {
    ChannelAffine affine = ChannelAffine.of(bn);
    TensorData weight = linear.input(1).data();
    float[] w = weight.toFloats();
    int outputs = weight.shape().size(0);
    int perOutput = w.length / outputs;
    int groups = linear.op() instanceof Conv c ? c.groups() : 1;
    int channelsPerGroup = affine.channels() / groups;
    int perChannel = perOutput / channelsPerGroup;
    float[] b = linear.inputs().size() > 2 ? linear.input(2).data().toFloats() : new float[outputs];
    for (int o = 0; o < outputs; o++) {
      int firstChannel = o / (outputs / groups) * channelsPerGroup;
      double bias = b[o];
      for (int i = 0; i < perOutput; i++) {
        int channel = firstChannel + i / perChannel;
        int at = o * perOutput + i;
        bias += w[at] * affine.shift(channel);
        w[at] = (float) (w[at] * affine.scale(channel));
      }
      b[o] = (float) bias;
    }
    Value source = linear.input(0) == bn.output() ? bn.input(0) : linear.input(0);
    graph.replaceNode(
        linear,
        linear.op(),
        List.of(
            source,
            graph.constant(
                linear, linear.name() + ".weight", TensorData.of(w, weight.shape().at(1))),
            graph.constant(linear, linear.name() + ".bias", TensorData.of(b, outputs))));
    graph.replaceUses(bn.output(), bn.input(0));
    graph.remove(bn);
  }
}

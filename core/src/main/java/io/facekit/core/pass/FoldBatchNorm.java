package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Activation;
import io.facekit.core.op.BatchNormalization;
import io.facekit.core.op.ChannelAffine;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Gemm;
import io.facekit.core.tensor.TensorData;
import java.util.List;

/**
 * Folds a BatchNormalization into the Conv or Gemm before it. Exact in real arithmetic; computed in
 * double, because a running variance may be denormal.
 *
 * <pre>
 * c = Conv(x, W, b);  y = BatchNormalization(c, scale, bias, mean, var)
 *   becomes
 * c = Conv(x, W * g, (b - mean) * g + bias)      with g = scale / sqrt(var + epsilon)
 * </pre>
 */
public final class FoldBatchNorm implements Pass {
  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node bn : graph.nodes()) {
      if (!(bn.op() instanceof BatchNormalization)) {
        continue;
      }
      Node before = bn.input(0).producer();
      if (before == null
          || !isLinear(before.op())
          || !before.hasConstantParameters()
          || !bn.hasConstantParameters()
          || graph.soleConsumer(before.output()).isEmpty()) {
        continue;
      }
      fold(graph, before, bn);
      changed = true;
    }
    return changed;
  }

  private static boolean isLinear(Op op) {
    return (op instanceof Conv c && c.activation() == Activation.NONE)
        || (op instanceof Gemm g && g.activation() == Activation.NONE);
  }

  private static void fold(Graph graph, Node linear, Node bn) {
    ChannelAffine affine = ChannelAffine.of(bn);
    TensorData weight = linear.input(1).data();
    int channels = affine.channels();
    float[] w = weight.toFloats();
    int perChannel = w.length / channels;
    float[] b =
        linear.inputs().size() > 2 ? linear.input(2).data().toFloats() : new float[channels];
    for (int c = 0; c < channels; c++) {
      for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
        w[i] = (float) (w[i] * affine.scale(c));
      }
      b[c] = (float) (b[c] * affine.scale(c) + affine.shift(c));
    }
    Value folded =
        graph.replaceNode(
            linear,
            linear.op(),
            List.of(
                linear.input(0),
                graph.constant(
                    linear, linear.name() + ".weight", TensorData.of(w, weight.shape().at(1))),
                graph.constant(linear, linear.name() + ".bias", TensorData.of(b, channels))));
    graph.replaceUses(bn.output(), folded);
    graph.remove(bn);
  }
}

package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Activation;
import io.facekit.core.op.Add;
import io.facekit.core.op.Conv;
import io.facekit.core.op.PRelu;
import io.facekit.core.tensor.TensorData;
import java.util.List;

/**
 * Spells PRelu with ops that runtimes have fast and integer kernels for. For slopes of at most 1,
 * exactly:
 *
 * <pre>
 * y = PRelu(x, a)
 *   becomes
 * n = Conv[depthwise, activation=RELU](x, a - 1);  y = Add(x, n)
 * </pre>
 *
 * Where x is positive, n is 0; where it is negative, n is {@code (a - 1) * x}. In INT8 the 1x1
 * weight has one code and one scale per channel, so the slope itself is not rounded to 8 bits. A
 * layer that still has a slope above 1 stays a PRelu.
 */
public final class LowerPRelu implements Pass {
  private final int window;

  /** With a 1x1 convolution. */
  public LowerPRelu() {
    this(1);
  }

  /**
   * @param window height and width of the convolution, odd; all of its weights but the one in the
   *     middle are 0
   */
  public LowerPRelu(int window) {
    this.window = window;
  }

  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node n : graph.nodes()) {
      if (n.op() instanceof PRelu && n.input(0).type().shape().rank() == 4 && isLowerable(n)) {
        lower(graph, n);
        changed = true;
      }
    }
    return changed;
  }

  /** The name of the node that computes {@code Relu((a - 1) x)}. */
  public static String branch(String prelu) {
    return prelu + ".neg";
  }

  private static boolean isLowerable(Node prelu) {
    if (!prelu.hasConstantParameters()) {
      return false;
    }
    TensorData slopes = prelu.input(1).data();
    for (int i = 0; i < slopes.elements(); i++) {
      if (!(slopes.floatAt(i) <= 1)) {
        return false;
      }
    }
    return true;
  }

  private void lower(Graph graph, Node prelu) {
    Value x = prelu.input(0);
    float[] slopes = prelu.input(1).data().toFloats();
    int size = window * window;
    float[] w = new float[slopes.length * size];
    for (int c = 0; c < slopes.length; c++) {
      w[c * size + size / 2] = slopes[c] - 1;
    }
    Value weight =
        graph.constant(prelu.name() + ".minus", TensorData.of(w, slopes.length, 1, window, window));
    Value negative =
        graph.insertBefore(
            prelu,
            branch(prelu.name()),
            Conv.depthwise(slopes.length, window, Activation.RELU),
            List.of(x, weight));
    graph.replaceNode(prelu, new Add(), List.of(x, negative));
  }
}

package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Conv;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;

/** Adds constants to channels, in the biases of the Conv and Gemm nodes around a value. */
public final class ChannelShift {
  private ChannelShift() {}

  /** Adds to the output channels of a Conv or Gemm. */
  public static void shiftOutputs(Graph graph, Node node, double[] shift) {
    setBias(graph, node, shift);
  }

  /**
   * Lets a Gemm, or a Conv without padding, compute from an input to whose channels something was
   * added what it computed before.
   *
   * @param shift by input channel; in front of a Gemm, each may stand for a whole map
   */
  public static void undoAtInputs(Graph graph, Node node, double[] shift) {
    float[] w = node.input(1).data().toFloats();
    int outputs = node.input(1).type().shape().size(0);
    int groups = node.op() instanceof Conv c ? c.groups() : 1;
    int perOutput = w.length / outputs;
    int channels = shift.length / groups;
    double[] undone = new double[outputs];
    for (int i = 0; i < w.length; i++) {
      int o = i / perOutput;
      int channel = o / (outputs / groups) * channels + i % perOutput / (perOutput / channels);
      undone[o] -= w[i] * shift[channel];
    }
    setBias(graph, node, undone);
  }

  private static void setBias(Graph graph, Node node, double[] added) {
    boolean biased = node.inputs().size() > 2;
    float[] bias = biased ? node.input(2).data().toFloats() : new float[added.length];
    for (int c = 0; c < bias.length; c++) {
      bias[c] = (float) (bias[c] + added[c]);
    }
    String name = biased ? node.input(2).name() : node.name() + ".bias";
    List<Value> inputs = new ArrayList<>(node.inputs().subList(0, 2));
    inputs.add(graph.constant(node, name, TensorData.of(bias, bias.length)));
    graph.replaceNode(node, node.op(), inputs);
  }
}

package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;

/** Adds constants to channels, in the biases of the Conv and Gemm nodes around a value. */
public final class ChannelShift {
  private ChannelShift() {}

  /** Adds to the output channels of a Conv or Gemm. */
  public static void shiftOutputs(Graph graph, Node node, double[] shift) {
    addToBias(graph, node, shift);
  }

  /**
   * Lets a Gemm, or a Conv without padding, compute from an input to whose channels something was
   * added what it computed before.
   *
   * @param shift by input channel; in front of a Gemm, each may stand for a whole map
   */
  public static void undoAtInputs(Graph graph, Node node, double[] shift) {
    float[] w = node.input(1).data().toFloats();
    WeightChannels channels = WeightChannels.of(node, shift.length);
    double[] undone = new double[node.input(1).type().shape().size(0)];
    for (int i = 0; i < w.length; i++) {
      undone[channels.output(i)] -= w[i] * shift[channels.input(i)];
    }
    addToBias(graph, node, undone);
  }

  private static void addToBias(Graph graph, Node node, double[] added) {
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

package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;

/** Multiplies channels by factors, in the constants of the Conv and Gemm nodes around a value. */
public final class ChannelScaling {
  private ChannelScaling() {}

  /**
   * Multiplies the output channels of a Conv or Gemm: its weight and its bias.
   *
   * @param factors one per output channel, or one per equal share of them
   */
  public static void scaleOutputs(Graph graph, Node node, float[] factors) {
    List<Value> inputs = new ArrayList<>(node.inputs());
    for (int i = 1; i < inputs.size(); i++) {
      inputs.set(i, outputs(graph, node, i, factors));
    }
    graph.replaceNode(node, node.op(), inputs);
  }

  /**
   * Multiplies the weight of a Conv or Gemm as if its input channels were multiplied.
   *
   * @param factors one per input channel; in front of a Gemm, each may stand for a whole map
   */
  public static void scaleInputs(Graph graph, Node node, float[] factors) {
    List<Value> inputs = new ArrayList<>(node.inputs());
    inputs.set(1, inputs(graph, node, factors));
    graph.replaceNode(node, node.op(), inputs);
  }

  /** Constant input {@code i}, a weight or a bias, with its output channels multiplied. */
  static Value outputs(Graph graph, Node node, int i, float[] factors) {
    Value constant = node.input(i);
    float[] v = constant.data().toFloats();
    int perChannel = v.length / factors.length;
    for (int k = 0; k < v.length; k++) {
      v[k] *= factors[k / perChannel];
    }
    return graph.constant(node, constant.name(), TensorData.of(v, constant.data().shape().at(1)));
  }

  /** The weight {@code [M, C / groups, ...]} with its input channels multiplied. */
  static Value inputs(Graph graph, Node node, float[] factors) {
    Value weight = node.input(1);
    WeightChannels channels = WeightChannels.of(node, factors.length);
    float[] v = weight.data().toFloats();
    for (int i = 0; i < v.length; i++) {
      v[i] *= factors[channels.input(i)];
    }
    return graph.constant(node, weight.name(), TensorData.of(v, weight.data().shape().at(1)));
  }
}

package io.facekit.core.pass;

import io.facekit.core.ir.Node;
import io.facekit.core.op.Conv;

/**
 * Which channels an element of a Conv's or Gemm's weight {@code [M, C / groups, ...]} connects.
 *
 * @param perOutput elements that one output channel has
 * @param perGroup input channels of a group
 * @param outputsPerGroup output channels of a group
 */
public record WeightChannels(int perOutput, int perGroup, int outputsPerGroup) {
  /**
   * @param inputs input channels; in front of a Gemm, each may stand for a whole map
   */
  public static WeightChannels of(Node node, int inputs) {
    int groups = node.op() instanceof Conv c ? c.groups() : 1;
    int outputs = node.input(1).type().shape().size(0);
    int elements = node.input(1).data().elements();
    return new WeightChannels(elements / outputs, inputs / groups, outputs / groups);
  }

  public int output(int element) {
    return element / perOutput;
  }

  public int input(int element) {
    int group = output(element) / outputsPerGroup;
    return group * perGroup + element % perOutput / (perOutput / perGroup);
  }
}

package io.facekit.core.tflite;

import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Step;
import java.util.BitSet;

/**
 * Into how many steps a graph falls when a delegate takes some operators. As TensorFlow Lite does
 * it (graph_info.cc, PartitionGraphIntoIndependentNodeSubsets): turn by turn, the first operator
 * that can run decides whether the turn is the delegate's, and all of its kind that can run by then
 * join it.
 */
final class Partitions {
  private final Graph graph;
  private final BitSet taken;
  private final BitSet written = new BitSet();
  private final BitSet done = new BitSet();

  private Partitions(Graph graph, Flow flow, BitSet taken) {
    this.graph = graph;
    this.taken = taken;
    written.or(flow.fixed());
    graph.inputs().forEach(written::set);
  }

  /**
   * @param flow which tensors are constants
   * @param taken operators of the delegate
   */
  static int steps(Graph graph, Flow flow, BitSet taken) {
    return new Partitions(graph, flow, taken).steps();
  }

  private int steps() {
    int steps = 0;
    int operators = graph.steps().size();
    for (int left = operators; left > 0; left = operators - done.cardinality()) {
      int first = nextReady(0);
      if (first < 0) {
        throw new IllegalArgumentException("an operator reads what nothing writes");
      }
      steps += taken.get(first) ? 1 : 0;
      steps += join(taken.get(first));
    }
    return steps;
  }

  /** Runs all that can run, of one kind; returns how many steps that are not the delegate's. */
  private int join(boolean delegated) {
    int own = 0;
    boolean found = true;
    while (found) {
      found = false;
      for (int i = nextReady(0); i >= 0; i = nextReady(i + 1)) {
        if (taken.get(i) == delegated) {
          done.set(i);
          graph.steps().get(i).outputs().forEach(written::set);
          own += delegated ? 0 : 1;
          found = true;
        }
      }
    }
    return own;
  }

  private int nextReady(int from) {
    for (int i = done.nextClearBit(from); i < graph.steps().size(); i = done.nextClearBit(i + 1)) {
      if (isReady(graph.steps().get(i))) {
        return i;
      }
    }
    return -1;
  }

  private boolean isReady(Step step) {
    return step.inputs().stream().allMatch(t -> t < 0 || written.get(t));
  }
}

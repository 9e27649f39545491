package io.facekit.quantize.job;

import io.facekit.core.error.Problem;
import io.facekit.core.tensor.WeightTally;
import io.facekit.core.tflite.Delegation;
import io.facekit.runtime.face.Preprocessing;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a model file holds. What cannot be told stays empty.
 *
 * @param kind for example {@code TorchScript archive, traced}
 * @param producer for example {@code PyTorch 2.13.0, export schema 8.20}
 * @param architecture the recognised one
 * @param preprocessing that the file asks for, or that its architecture is trained with
 * @param batch of the first input
 * @param inputs name, type and shape of each, for example {@code input f32[batch,3,112,112]}
 * @param outputs likewise
 * @param nodes number of operators, without constants
 * @param layers the operators with weights, in order
 * @param parameters number of values that the operators read, BatchNorm folded; where there is no
 *     graph, number of weights; 0 if not known
 * @param weights what the file stores, by type, most bytes first
 * @param macs multiply-accumulates of one image
 * @param ops how often each operator occurs, in alphabetical order
 * @param graph one line per node, where that was asked for
 * @param delegations of a TFLite file: what each delegate takes of it, foretold
 * @param unsupported everything that keeps the model from being exported
 */
public record InspectResult(
    String kind,
    Optional<String> producer,
    Optional<String> architecture,
    Optional<Preprocessing> preprocessing,
    Optional<Batch> batch,
    List<String> inputs,
    List<String> outputs,
    int nodes,
    List<Layer> layers,
    long parameters,
    List<WeightTally.Stored> weights,
    OptionalLong macs,
    List<OpCount> ops,
    List<String> graph,
    List<Delegation> delegations,
    List<Problem> unsupported) {
  public InspectResult {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    layers = List.copyOf(layers);
    weights = List.copyOf(weights);
    ops = List.copyOf(ops);
    graph = List.copyOf(graph);
    delegations = List.copyOf(delegations);
    unsupported = List.copyOf(unsupported);
  }

  /**
   * How many images the file takes at once.
   *
   * @param fixed empty if any number
   * @param traced the number of the example that a trace was made with
   */
  public record Batch(OptionalLong fixed, OptionalLong traced) {
    static final Batch DYNAMIC = new Batch(OptionalLong.empty(), OptionalLong.empty());
  }

  /**
   * An operator with weights.
   *
   * @param name that selectors of recipes match, if the file can be exported
   * @param output its type and shape, where known
   * @param macs multiply-accumulates of one image, where known
   */
  public record Layer(
      String name, String op, Optional<String> output, long parameters, OptionalLong macs) {}

  /** How often an operator occurs. */
  public record OpCount(String op, int count) {}
}

package io.facekit.quantize.job;

import io.facekit.core.error.Problem;
import io.facekit.runtime.face.Preprocessing;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a model file holds.
 *
 * @param kind for example {@code TorchScript (traced)}
 * @param producer for example {@code PyTorch 2.13}
 * @param architecture the recognised one
 * @param preprocessing that the file asks for, or that its architecture is trained with
 * @param inputs name, type and shape of each, for example {@code input float32 [batch, 3, 112,
 *     112]}
 * @param outputs likewise
 * @param macs multiply-accumulates of one image
 * @param ops how often each operator occurs, in alphabetical order
 * @param unsupported everything that keeps the model from being exported
 */
public record InspectResult(
    String kind,
    Optional<String> producer,
    Optional<String> architecture,
    Optional<Preprocessing> preprocessing,
    List<String> inputs,
    List<String> outputs,
    long parameters,
    OptionalLong macs,
    List<OpCount> ops,
    List<Problem> unsupported) {
  public InspectResult {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    ops = List.copyOf(ops);
    unsupported = List.copyOf(unsupported);
  }

  /** How often an operator occurs. */
  public record OpCount(String op, int count) {}
}

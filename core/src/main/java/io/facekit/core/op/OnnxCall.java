package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import java.util.Optional;

/**
 * One node of an ONNX model, as an op's import sees it. Inputs and outputs are counted from 0;
 * computed inputs are float32. A getter that does not fit the node raises an error that names the
 * node's place. The node passes through as it is if its form is {@link #unsupported} and the file
 * says the types of its outputs.
 */
public interface OnnxCall extends ImportCall {
  /** The operator, for example {@code Conv}. */
  String type();

  /** Version of the operator set that the model uses. */
  int opset();

  /** Whether an optional input is given. */
  boolean has(int input);

  /** A tensor, computed or constant. */
  Value tensor(int input);

  /** A computed tensor of any element type. */
  Value anyTensor(int input);

  /** A tensor whose contents are in the file. */
  Value weight(int input);

  /** The contents of {@link #weight}. */
  TensorData weightData(int input);

  /** Another form of a weight, under the weight's name. */
  Value weight(int input, TensorData form);

  /** The contents of an input; empty if it is computed or not given. */
  Optional<TensorData> contents(int input);

  /** One number that is in the file, or the fallback if the input is not given. */
  double scalar(int input, double fallback);

  /** A list of sizes, each fixed, symbolic, or absent where the model says -1. */
  List<Optional<Dim>> sizes(int input);

  /**
   * Integers that older operator sets have as an attribute and newer ones as an input; empty if
   * neither is given.
   */
  Optional<List<Integer>> integers(String attribute, int input);

  Optional<List<Integer>> integers(String attribute);

  /** As {@link #integers(String, int)}; the nearest where an integer has more than 32 bits. */
  Optional<List<Integer>> bounds(String attribute, int input);

  int integer(String attribute, int fallback);

  double number(String attribute, double fallback);

  String text(String attribute, String fallback);

  boolean hasAttribute(String attribute);

  /** How many outputs the node has. */
  int outputs();

  /** Whether something in the model reads an output. */
  boolean isRead(int output);

  /** Tells what an output behind the first is. */
  void result(int output, Value value);
}

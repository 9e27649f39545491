package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import java.util.List;
import java.util.Optional;

/**
 * One call of an ATen operator, as an op's import sees it: arguments by the names of the schema,
 * defaults filled in. A getter that does not fit the argument raises an error that names the call's
 * place.
 */
public interface AtenCall extends ImportCall {
  /** A tensor of floats; a number becomes a rank-0 constant. */
  Value tensor(String argument);

  /** A tensor of any element type. */
  Value anyTensor(String argument);

  /** A list of tensors of floats. */
  List<Value> tensors(String argument);

  /** A list of tensors of any element type, with gaps. */
  List<Optional<Value>> optionalTensors(String argument);

  Optional<Value> optionalTensor(String argument);

  /** Whether the argument is a number rather than a tensor. */
  boolean isNumber(String argument);

  boolean isNone(String argument);

  boolean isTensor(String argument);

  boolean isText(String argument);

  /** Whether the schema has an argument of that name. */
  boolean has(String argument);

  /** A list of {@code count} integers; a single integer or a list of one is repeated. */
  List<Integer> ints(String argument, int count);

  /** A list of integers of any length; a single integer is a list of one. */
  List<Integer> ints(String argument);

  int integer(String argument);

  /** The index of an axis, counted from 0; -1 says the last one. */
  int axis(String argument, int rank);

  /** The indices of axes, counted from 0, in order; of all axes where the call says None. */
  List<Integer> axes(String argument, int rank);

  /** A list of numbers; a single number is a list of one. */
  List<Double> numbers(String argument);

  double number(String argument);

  boolean bool(String argument);

  String text(String argument);

  /** A list of sizes, each fixed, symbolic, or absent where the call says -1. */
  List<Optional<Dim>> sizes(String argument);
}

package io.facekit.core.tflite;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Step;
import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.tensorflow.lite.schema.TensorType;

/**
 * One operator as a rule sees it: its tensors, the shapes that the operators before it give, and
 * its options. Tensor indices are known to exist.
 */
final class StepView {
  private static final int ABSENT = -1;
  private static final int MAX_CHAIN = 16;

  private final TfliteModel model;
  private final Graph graph;
  private final Step step;
  private final Flow flow;

  StepView(TfliteModel model, Graph graph, Step step, Flow flow) {
    this.model = model;
    this.graph = graph;
    this.step = step;
    this.flow = flow;
  }

  /** Number of inputs; one that is left out counts. */
  int inputs() {
    return step.inputs().size();
  }

  boolean has(int input) {
    return input < inputs() && step.inputs().get(input) != ABSENT;
  }

  TensorInfo input(int i) {
    if (!has(i)) {
      throw refuse("input " + i + " is not given");
    }
    return graph.tensors().get(step.inputs().get(i));
  }

  TensorInfo output() {
    return graph.tensors().get(step.outputs().get(0));
  }

  boolean isInt8() {
    return output().type() == TensorType.INT8;
  }

  List<Integer> shape(int input) {
    input(input);
    List<Integer> shape = flow.shapes().get(step.inputs().get(input));
    if (shape == null) {
      throw refuse("input " + input + " is read before it is written");
    }
    return shape;
  }

  List<Integer> shape(int input, int rank) {
    List<Integer> shape = shape(input);
    if (shape.size() != rank) {
      throw refuse("input " + input + " has rank " + shape.size() + ", not " + rank);
    }
    return shape;
  }

  /** The shape of an input with at least one dimension and at most a number of them. */
  List<Integer> shapeUpTo(int input, int rank) {
    List<Integer> shape = shape(input);
    if (shape.isEmpty() || shape.size() > rank) {
      throw refuse("input " + input + " has rank " + shape.size() + ", not 1 to " + rank);
    }
    return shape;
  }

  /** Whether an input is a constant, or made of constants alone. */
  boolean isFixed(int input) {
    input(input);
    return flow.fixed().get(step.inputs().get(input));
  }

  /** The numbers of an int32 constant, at most {@code most} of them. */
  List<Integer> ints(int input, int most) {
    TensorInfo t = input(input);
    FlatTable.Span span = model.buffers().get((int) t.buffer());
    if (t.type() != TensorType.INT32 || span.length() == 0) {
      throw refuse("input " + input + " is not an int32 constant");
    }
    int count = span.length() / Integer.BYTES;
    if (count > most) {
      throw refuse("input " + input + " has " + count + " numbers, not up to " + most);
    }
    return model.file().i32s(span.position(), count);
  }

  /** The numbers of an int32 constant of rank 1. */
  List<Integer> list(int input, int most) {
    shape(input, 1);
    return ints(input, most);
  }

  /** The float32 constant of one element that an input is, if it is one. */
  OptionalDouble number(int input) {
    TensorInfo t = input(input);
    FlatTable.Span span = model.buffers().get((int) t.buffer());
    return t.type() == TensorType.FLOAT32 && span.length() == Float.BYTES
        ? OptionalDouble.of(model.file().f32(span.position()))
        : OptionalDouble.empty();
  }

  /**
   * The operator that an input comes from, seen through operators of some kinds by their first
   * input that is no constant; empty for an input of the model or after too many steps.
   */
  OptionalInt source(int input, Set<Integer> transparent) {
    int tensor = step.inputs().get(input);
    for (int i = 0; i < MAX_CHAIN; i++) {
      Step producer = flow.producers().get(tensor);
      if (producer == null) {
        return OptionalInt.empty();
      }
      int operator = model.codes().get((int) producer.code()).operator();
      if (!transparent.contains(operator)) {
        return OptionalInt.of(operator);
      }
      tensor =
          producer.inputs().stream()
              .filter(t -> t != ABSENT && !flow.fixed().get(t))
              .findFirst()
              .orElse(producer.inputs().get(0));
    }
    throw refuse("more than " + MAX_CHAIN + " bounds follow each other");
  }

  boolean hasOptions() {
    return step.options() != null;
  }

  private FlatTable options() {
    FlatTable options = step.options();
    if (options == null) {
      throw refuse("the options are missing");
    }
    return options;
  }

  int int32(int field, int absent) {
    return options().i32(field, absent);
  }

  int int8(int field) {
    return options().i8(field, 0);
  }

  float float32(int field) {
    return options().f32(field);
  }

  List<Integer> int32s(int field) {
    return options().i32s(field);
  }

  /** An option that must lie in a range. */
  int int32(int field, int absent, int least, int most, String name) {
    int value = int32(field, absent);
    if (value < least || value > most) {
      throw refuse(name + " is " + value);
    }
    return value;
  }

  /** An axis, counted from the front. */
  int axis(int value, int rank) {
    int axis = value < 0 ? value + rank : value;
    if (axis < 0 || axis >= rank) {
      throw refuse("axis " + value + " does not exist");
    }
    return axis;
  }

  FacekitException refuse(String what) {
    return Problem.of(ErrorId.VERIFY_FORMAT, what).asException();
  }
}

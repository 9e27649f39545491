package io.facekit.core.tflite;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Step;
import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.tensorflow.lite.schema.TensorType;

/**
 * One operator as a rule sees it: its tensors, the shapes that the operators before it give, and
 * its options. Tensor indices are known to exist.
 */
final class StepView {
  private static final int ABSENT = -1;

  private final TfliteModel model;
  private final Graph graph;
  private final Step step;
  private final Map<Integer, List<Integer>> shapes;
  private final BitSet fixed;

  /**
   * @param shapes of every tensor that has been written so far
   * @param fixed the tensors that are constants or made of constants alone
   */
  StepView(
      TfliteModel model, Graph graph, Step step, Map<Integer, List<Integer>> shapes, BitSet fixed) {
    this.model = model;
    this.graph = graph;
    this.step = step;
    this.shapes = shapes;
    this.fixed = fixed;
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
    List<Integer> shape = shapes.get(step.inputs().get(input));
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
    return fixed.get(step.inputs().get(input));
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

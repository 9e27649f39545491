package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.ShapeMismatch;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What elementwise ops of two inputs share: numpy's broadcasting, aligned at the last axis. */
final class Broadcast {
  static final String TFLITE_LIMIT = "not of a map and a computed tensor of fewer axes";

  private static final Dim ONE = Dim.of(1);

  private Broadcast() {}

  static TensorType infer(List<TensorType> inputs) {
    Shape shape = shape(inputs.get(0).shape(), inputs.get(1).shape());
    return inputs.get(0).withShape(shape);
  }

  static Shape shape(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      Dim x = aligned(a, rank, i);
      Dim y = aligned(b, rank, i);
      if (!x.equals(y) && !x.equals(ONE) && !y.equals(ONE)) {
        throw new ShapeMismatch("shapes " + a + " and " + b + " do not broadcast");
      }
      dims.add(x.equals(ONE) ? y : x);
    }
    return new Shape(dims);
  }

  private static Dim aligned(Shape shape, int rank, int axis) {
    int i = axis - (rank - shape.rank());
    return i < 0 ? ONE : shape.dim(i);
  }

  /** Reads both tensors of a call {@code (self, other)}. */
  static List<Value> operands(AtenCall call) {
    return operands(call, "other");
  }

  /** Reads both inputs of an ONNX node; two computed ones get the same rank. */
  static List<Value> operands(OnnxCall call) {
    return sameRank(call, call.tensor(0), call.tensor(1));
  }

  /** The import of an ONNX operator of any number of tensors: an op of two, from the left. */
  static OpDef.FromOnnx foldOnnx(Op op) {
    return call -> {
      Value result = call.tensor(0);
      for (int i = 1; call.has(i); i++) {
        result = call.node(op, sameRank(call, result, call.tensor(i)));
      }
      return result;
    };
  }

  /** Reads both tensors of a call; two computed ones get the same rank. */
  static List<Value> operands(AtenCall call, String other) {
    return sameRank(call, call.tensor("self"), call.tensor(other));
  }

  private static List<Value> sameRank(ImportCall call, Value a, Value b) {
    int rank = Math.max(a.type().shape().rank(), b.type().shape().rank());
    return List.of(widened(call, a, rank), widened(call, b, rank));
  }

  /** {@link #operands}, the second one multiplied by {@code alpha}. */
  static List<Value> scaledOperands(AtenCall call) {
    List<Value> operands = operands(call);
    double alpha = call.number("alpha");
    if (alpha == 1) {
      return operands;
    }
    Value factor = call.constant("alpha", TensorData.of(new float[] {(float) alpha}));
    return List.of(operands.get(0), call.node(new Mul(), List.of(operands.get(1), factor)));
  }

  private static Value widened(ImportCall call, Value v, int rank) {
    Shape shape = v.type().shape();
    if (v.isConstant() || shape.rank() == rank) {
      return v;
    }
    return call.node(new Reshape(leadingOnes(shape, rank)), List.of(v));
  }

  private static Shape leadingOnes(Shape shape, int rank) {
    List<Dim> dims = new ArrayList<>(Collections.nCopies(rank - shape.rank(), ONE));
    dims.addAll(shape.dims());
    return new Shape(dims);
  }

  /** The TFLite tensor of an operand; the axes of a constant move as those of the output. */
  static int tfliteOperand(Value v, int rank, TfliteOut out) {
    if (!v.isConstant()) {
      return out.activation(v);
    }
    Shape shape = v.type().shape();
    if (shape.elements() == 1 || rank != 4) {
      return out.constant(v, shape);
    }
    if (isPerChannel(shape)) {
      return out.constant(v, Shape.of(shape.elements()));
    }
    return out.permuted(v, leadingOnes(shape, rank), Layout.order(rank));
  }

  private static boolean isPerChannel(Shape shape) {
    return aligned(shape, 4, 1).equals(Dim.of(shape.elements()));
  }

  /** Whether TFLite aligns the axes of the operands as the graph does. */
  static boolean isExpressibleInTflite(Node node) {
    int rank = node.output().type().shape().rank();
    return node.inputs().stream()
        .filter(v -> !v.isConstant())
        .map(v -> v.type().shape().rank())
        .allMatch(r -> r == rank || (r != 4 && rank != 4));
  }
}

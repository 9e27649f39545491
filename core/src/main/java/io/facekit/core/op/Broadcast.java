package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.ShapeMismatch;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** What elementwise ops of two inputs share: numpy's broadcasting, aligned at the last axis. */
final class Broadcast {
  static final String TFLITE_LIMIT = "constants with one number, or one per channel";

  private static final Dim ONE = Dim.of(1);

  private Broadcast() {}

  static TensorType infer(List<TensorType> inputs) {
    Shape a = inputs.get(0).shape();
    Shape b = inputs.get(1).shape();
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
    return new TensorType(inputs.get(0).dtype(), new Shape(dims));
  }

  private static Dim aligned(Shape shape, int rank, int axis) {
    int i = axis - (rank - shape.rank());
    return i < 0 ? ONE : shape.dim(i);
  }

  /** Reads both tensors of a call {@code (self, other)}. */
  static List<Value> operands(AtenCall call) {
    return List.of(call.tensor("self"), call.tensor("other"));
  }

  /** Reads both inputs of an ONNX node. */
  static List<Value> operands(OnnxCall call) {
    return List.of(call.tensor(0), call.tensor(1));
  }

  /** The TFLite tensor of an operand; a constant per channel moves to the last axis. */
  static int tfliteOperand(Value v, int rank, TfliteOut out) {
    if (!v.isConstant()) {
      return out.activation(v);
    }
    return out.constant(v, nhwc(v.type().shape(), rank));
  }

  /** Whether every operand reads the same in NHWC: a constant must be one number per channel. */
  static boolean isExpressibleInTflite(Node node) {
    int rank = node.output().type().shape().rank();
    return rank != 4
        || node.inputs().stream()
            .allMatch(v -> !v.isConstant() || isNumberOrPerChannel(v.type().shape()));
  }

  private static boolean isNumberOrPerChannel(Shape shape) {
    return shape.elements() == 1 || aligned(shape, 4, 1).equals(Dim.of(shape.elements()));
  }

  private static Shape nhwc(Shape shape, int rank) {
    return rank == 4 ? Shape.of(shape.elements()) : shape;
  }
}

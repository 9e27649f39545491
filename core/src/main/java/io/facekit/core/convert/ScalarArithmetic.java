package io.facekit.core.convert;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Add;
import io.facekit.core.op.Div;
import io.facekit.core.op.Mul;
import io.facekit.core.op.Pow;
import io.facekit.core.op.Sqrt;
import io.facekit.core.op.Sub;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Arithmetic on numbers that models hold in tensors, such as {@code head_dim ** -0.5}. */
final class ScalarArithmetic {
  private ScalarArithmetic() {}

  /** The result, if the inputs are constants of one element and the op is known here. */
  static Optional<TensorData> fold(Op op, List<Value> inputs) {
    OptionalDouble number = number(op, inputs);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    Shape shape = op.infer(inputs.stream().map(Value::type).toList()).shape();
    float[] result = {(float) number.getAsDouble()};
    return Optional.of(TensorData.of(result).reshaped(shape));
  }

  private static OptionalDouble number(Op op, List<Value> inputs) {
    if (!inputs.stream().allMatch(v -> v.isConstant() && v.data().elements() == 1)) {
      return OptionalDouble.empty();
    }
    double a = inputs.get(0).data().doubleAt(0);
    if (op instanceof Sqrt) {
      return OptionalDouble.of(Math.sqrt(a));
    }
    if (inputs.size() != 2) {
      return OptionalDouble.empty();
    }
    double b = inputs.get(1).data().doubleAt(0);
    if (op instanceof Add) {
      return OptionalDouble.of(a + b);
    } else if (op instanceof Sub) {
      return OptionalDouble.of(a - b);
    } else if (op instanceof Mul) {
      return OptionalDouble.of(a * b);
    } else if (op instanceof Div) {
      return OptionalDouble.of(a / b);
    }
    return op instanceof Pow ? OptionalDouble.of(Math.pow(a, b)) : OptionalDouble.empty();
  }
}

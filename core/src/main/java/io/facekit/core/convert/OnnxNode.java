package io.facekit.core.convert;

import io.facekit.core.onnx.OnnxAttribute;
import io.facekit.core.onnx.OnnxModel;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node of an ONNX graph, as its structural evaluation sees it. */
record OnnxNode(OnnxScope scope, OnnxModel.Step step) {
  /** What an input stands for; empty if it is not given. */
  Optional<OnnxBound> bound(int input) {
    return input < step.inputs().size() && !step.inputs().get(input).isEmpty()
        ? Optional.of(scope.bound(step.inputs().get(input)))
        : Optional.empty();
  }

  /** An input as integers, if it is a short list of those. */
  Optional<OnnxBound.Sizes> sizes(int input) {
    return bound(input).flatMap(OnnxBound::sizes);
  }

  Optional<OnnxBound.Constant> constant(int input) {
    return bound(input)
        .flatMap(b -> b instanceof OnnxBound.Constant c ? Optional.of(c) : Optional.empty());
  }

  /** The shape of a tensor, computed or constant. */
  Optional<Shape> shape(int input) {
    return bound(input)
        .flatMap(
            b -> {
              if (b instanceof OnnxBound.Tensor t) {
                return Optional.of(t.value().type().shape());
              } else if (b instanceof OnnxBound.Expanded e) {
                return Optional.of(e.shape());
              } else if (b instanceof OnnxBound.Constant c) {
                return Optional.of(c.data().shape());
              } else if (b instanceof OnnxBound.Sizes s) {
                return Optional.of(s.scalar() ? Shape.SCALAR : Shape.of(s.terms().size()));
              }
              return Optional.empty();
            });
  }

  Optional<TensorData> tensorAttribute(String name) {
    return step.attributes().get(name) instanceof OnnxAttribute.Tensor t
        ? Optional.of(t.data())
        : Optional.empty();
  }

  long integer(String name, long fallback) {
    @Nullable OnnxAttribute a = step.attributes().get(name);
    return a instanceof OnnxAttribute.Int i ? i.value() : fallback;
  }

  /** Integers of an attribute, or of an input in newer operator sets; empty if neither is given. */
  Optional<List<Long>> integers(String name, int input) {
    if (step.attributes().get(name) instanceof OnnxAttribute.Ints list) {
      return Optional.of(list.values());
    }
    return sizes(input)
        .filter(OnnxBound.Sizes::isFixed)
        .map(s -> s.terms().stream().map(OnnxBound.Term::factor).toList());
  }

  /** A constant that this node computes. */
  OnnxBound.Constant computed(TensorData data) {
    return new OnnxBound.Constant(step.outputs().get(0), data);
  }

  RuntimeException unsupported(String what) {
    return scope.unsupported(step, what);
  }

  static OnnxBound.Sizes vector(List<Dim> dims) {
    return new OnnxBound.Sizes(dims.stream().map(OnnxBound.Term::of).toList(), false);
  }
}

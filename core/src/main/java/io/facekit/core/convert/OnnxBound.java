package io.facekit.core.convert;

import io.facekit.core.ir.Value;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a name of an imported ONNX graph stands for. */
sealed interface OnnxBound {
  record Tensor(Value value) implements OnnxBound {}

  /** A tensor whose axes of size 1 are repeated, which elementwise operators do by themselves. */
  record Expanded(Value value, Shape shape) implements OnnxBound {}

  /**
   * @param name of the tensor in the file that holds it
   */
  record Constant(String name, TensorData data) implements OnnxBound {}

  /** Integers that may be sizes of the input: a vector, or one number. */
  record Sizes(List<Term> terms, boolean scalar) implements OnnxBound {
    public Sizes {
      terms = List.copyOf(terms);
    }

    boolean isFixed() {
      return terms.stream().noneMatch(Term::symbolic);
    }

    /** As a constant; every term must be fixed. */
    TensorData data() {
      long[] values = terms.stream().mapToLong(Term::factor).toArray();
      return scalar ? TensorData.of(values) : TensorData.of(values, values.length);
    }
  }

  /** An integer, or a multiple of the batch size. */
  record Term(long factor, boolean symbolic) {
    static Term of(Dim dim) {
      return new Term(dim.factor(), dim.symbolic());
    }
  }

  /** The result of a node with an error that is told already. */
  record Unknown() implements OnnxBound {}

  /** The most numbers that count as arithmetic on sizes. */
  int MOST_SIZES = 64;

  /** A bound as integers, if it is a short list of those. */
  static Optional<Sizes> sizes(OnnxBound bound) {
    if (bound instanceof Sizes s) {
      return Optional.of(s);
    }
    if (!(bound instanceof Constant c)
        || (c.data().dtype() != DType.INT64 && c.data().dtype() != DType.INT32)
        || c.data().shape().rank() > 1
        || c.data().elements() > MOST_SIZES) {
      return Optional.empty();
    }
    List<Term> terms = new ArrayList<>();
    for (int i = 0; i < c.data().elements(); i++) {
      terms.add(new Term(integer(c.data(), i), false));
    }
    return Optional.of(new Sizes(terms, c.data().shape().rank() == 0));
  }

  private static long integer(TensorData data, int index) {
    return data.dtype() == DType.INT64
        ? data.bytes().getLong(index * 8)
        : data.bytes().getInt(index * 4);
  }
}

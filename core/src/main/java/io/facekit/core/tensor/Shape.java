package io.facekit.core.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The dimensions of a tensor, outermost first. Any of them may be symbolic. */
public record Shape(List<Dim> dims) {
  public static final Shape SCALAR = new Shape(List.of());

  public Shape {
    dims = List.copyOf(dims);
  }

  public static Shape of(long... sizes) {
    return new Shape(Arrays.stream(sizes).mapToObj(Dim::of).toList());
  }

  /** {@code [batch, sizes...]}. */
  public static Shape batched(long... sizes) {
    List<Dim> dims = new ArrayList<>();
    dims.add(Dim.BATCH);
    Arrays.stream(sizes).mapToObj(Dim::of).forEach(dims::add);
    return new Shape(dims);
  }

  public int rank() {
    return dims.size();
  }

  public Dim dim(int axis) {
    return dims.get(axis);
  }

  /** The fixed size along an axis; an error if that dimension is symbolic. */
  public int size(int axis) {
    return dims.get(axis).size();
  }

  public boolean isFixed() {
    return dims.stream().noneMatch(Dim::symbolic);
  }

  /** Number of elements; the shape must be fixed. Overflow is an {@link ArithmeticException}. */
  public long elements() {
    return elementsAt(1, true);
  }

  /** Number of elements at a batch size. Overflow is an {@link ArithmeticException}. */
  public long elementsAt(long batch) {
    return elementsAt(batch, false);
  }

  private long elementsAt(long batch, boolean mustBeFixed) {
    long n = 1;
    for (Dim d : dims) {
      if (mustBeFixed && d.symbolic()) {
        throw new IllegalStateException("shape " + this + " is not fixed");
      }
      n = Math.multiplyExact(n, d.at(batch));
    }
    return n;
  }

  /** The sizes at a batch size. */
  public long[] at(long batch) {
    return dims.stream().mapToLong(d -> d.at(batch)).toArray();
  }

  public Shape withDim(int axis, Dim dim) {
    List<Dim> copy = new ArrayList<>(dims);
    copy.set(axis, dim);
    return new Shape(copy);
  }

  @Override
  public String toString() {
    return dims.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]"));
  }
}

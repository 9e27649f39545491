package io.facekit.quantize.drift;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The embeddings of one model on one set of images, each scaled to length 1 and held once.
 *
 * <p>Immutable. Rows are in the order in which they were added.
 */
public final class Embeddings {
  private static final int LISTED_PROBLEMS = 20;

  private final List<String> names;
  private final List<Optional<String>> identities;
  private final int dimension;
  private final float[] unit;

  private Embeddings(
      List<String> names, List<Optional<String>> identities, int dimension, float[] unit) {
    this.names = names;
    this.identities = identities;
    this.dimension = dimension;
    this.unit = unit;
  }

  /**
   * Starts a set of at most {@code capacity} embeddings of {@code dimension} values each.
   *
   * @throws ArithmeticException when the matrix does not fit into one array
   */
  public static Builder builder(int capacity, int dimension) {
    return new Builder(capacity, dimension);
  }

  public int count() {
    return names.size();
  }

  public int dimension() {
    return dimension;
  }

  public String name(int image) {
    return names.get(image);
  }

  public Optional<String> identity(int image) {
    return identities.get(image);
  }

  /** The rows, {@code [count, dimension]}, row-major, each of length 1. Not to be written. */
  float[] unit() {
    return unit;
  }

  /** Throws when {@code other} does not hold the same images in the same order. */
  void requireSameImages(Embeddings other) {
    if (!names.equals(other.names) || !identities.equals(other.identities)) {
      throw new IllegalArgumentException(
          "reference and candidate hold different images: " + count() + " and " + other.count());
    }
  }

  /** Collects embeddings row by row, so that a stream of batches needs no second matrix. */
  public static final class Builder {
    private final List<String> names = new ArrayList<>();
    private final List<Optional<String>> identities = new ArrayList<>();
    private final Problems problems = new Problems();
    private final int capacity;
    private final int dimension;
    private final float[] unit;
    private int rejected;

    private Builder(int capacity, int dimension) {
      if (capacity < 0 || dimension < 1) {
        throw new IllegalArgumentException("[" + capacity + ", " + dimension + "]");
      }
      this.capacity = capacity;
      this.dimension = dimension;
      this.unit = new float[Math.multiplyExact(capacity, dimension)];
    }

    /**
     * Adds the embedding of one image: {@code dimension} values of {@code values} from {@code
     * offset}. The values are copied; a row that is not finite or is all zero is reported by {@link
     * #build()}.
     */
    public Builder add(String name, Optional<String> identity, float[] values, int offset) {
      if (names.size() == capacity) {
        throw new IllegalStateException("more than " + capacity + " embeddings");
      }
      double squares = 0;
      for (int k = 0; k < dimension; k++) {
        squares += (double) values[offset + k] * values[offset + k];
      }
      if (!Double.isFinite(squares)) {
        reject(name, "is NaN or infinite");
      } else if (squares == 0) {
        reject(name, "is all zero, so it has no direction");
      } else {
        double inverse = 1 / Math.sqrt(squares);
        int row = names.size() * dimension;
        for (int k = 0; k < dimension; k++) {
          unit[row + k] = (float) (values[offset + k] * inverse);
        }
      }
      names.add(name);
      identities.add(identity);
      return this;
    }

    /**
     * The set.
     *
     * @throws io.facekit.core.error.FacekitException {@link ErrorId#DATA_NOT_FINITE} naming every
     *     image (the first 20) whose embedding is NaN, infinite or all zero
     */
    public Embeddings build() {
      if (rejected > LISTED_PROBLEMS) {
        problems.add(
            Problem.of(
                ErrorId.DATA_NOT_FINITE,
                "and " + (rejected - LISTED_PROBLEMS) + " more embeddings without a direction"));
      }
      problems.throwIfAny();
      return new Embeddings(List.copyOf(names), List.copyOf(identities), dimension, unit);
    }

    private void reject(String name, String why) {
      rejected++;
      if (rejected <= LISTED_PROBLEMS) {
        problems.add(
            Problem.of(ErrorId.DATA_NOT_FINITE, "an embedding " + why)
                .at(name)
                .hint("keep the last layers in fp16 or fp32, or look at the image"));
      }
    }
  }
}

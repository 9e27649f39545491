package io.facekit.core.tensor;

/**
 * One dimension: a fixed size, or a multiple of the symbolic batch size.
 *
 * @param factor the size, or what the batch size is multiplied by; not negative
 * @param symbolic whether the batch size is a factor
 */
public record Dim(long factor, boolean symbolic) {
  /** The symbolic batch size. */
  public static final Dim BATCH = new Dim(1, true);

  public Dim {
    if (factor < 0) {
      throw new IllegalArgumentException("negative dimension " + factor);
    }
  }

  public static Dim of(long size) {
    return new Dim(size, false);
  }

  /** The fixed size; an error if this dimension is symbolic. */
  public int size() {
    if (symbolic) {
      throw new IllegalStateException("dimension " + this + " has no fixed size");
    }
    return Math.toIntExact(factor);
  }

  /** The size at a given batch size. */
  public long at(long batch) {
    return symbolic ? Math.multiplyExact(factor, batch) : factor;
  }

  @Override
  public String toString() {
    return symbolic ? (factor == 1 ? "batch" : "batch*" + factor) : Long.toString(factor);
  }
}

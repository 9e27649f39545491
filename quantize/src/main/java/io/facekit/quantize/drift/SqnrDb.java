package io.facekit.quantize.drift;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;

/**
 * Signal-to-quantization-noise ratio of one value of the graph, streamed: {@code 10 log10(Σ r² / Σ
 * (r - c)²)} over all elements of all images, r from the reference and c from the candidate.
 *
 * <p>The sums are doubles, so the last bits depend on the order: add batches and merge partial sums
 * in a fixed order. Not thread-safe.
 */
public final class SqnrDb {
  /** Stands for "no difference at all"; -{@code EXACT} for a difference where the signal is 0. */
  public static final double EXACT = 200;

  private final String name;
  private double signal;
  private double error;
  private long count;

  /**
   * @param name of the value, for errors
   */
  public SqnrDb(String name) {
    this.name = name;
  }

  /**
   * Adds {@code count} elements from {@code offset} of both arrays.
   *
   * @throws io.facekit.core.error.FacekitException {@link ErrorId#DATA_NOT_FINITE} naming the value
   */
  public void add(float[] reference, float[] candidate, int offset, int count) {
    double squares = 0;
    double errors = 0;
    for (int i = offset; i < offset + count; i++) {
      double r = reference[i];
      double e = r - candidate[i];
      squares += r * r;
      errors += e * e;
    }
    if (!Double.isFinite(squares) || !Double.isFinite(errors)) {
      throw Problem.of(ErrorId.DATA_NOT_FINITE, "an activation is NaN or infinite")
          .at(name)
          .hint("give this layer fp32, or look at the input images")
          .asException();
    }
    signal += squares;
    error += errors;
    this.count += count;
  }

  /** Adds the sums of {@code other}, which covers other images. */
  public void merge(SqnrDb other) {
    signal += other.signal;
    error += other.error;
    count += other.count;
  }

  public String name() {
    return name;
  }

  public long count() {
    return count;
  }

  /**
   * The ratio in dB, within ±{@link #EXACT}.
   *
   * @throws IllegalStateException when nothing was added
   */
  public double valueDb() {
    if (count == 0) {
      throw new IllegalStateException("nothing was added to " + name);
    }
    if (error == 0) {
      return EXACT;
    }
    if (signal == 0) {
      return -EXACT;
    }
    return Math.max(-EXACT, Math.min(EXACT, 10 * Math.log10(signal / error)));
  }
}

package io.facekit.quantize.drift;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import java.nio.FloatBuffer;

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
   * Adds the elements that remain in both buffers, whose positions do not move.
   *
   * @throws io.facekit.core.error.FacekitException {@link ErrorId#DATA_NOT_FINITE} naming the value
   */
  public void add(FloatBuffer reference, FloatBuffer candidate) {
    int elements = reference.remaining();
    if (candidate.remaining() != elements) {
      throw new IllegalArgumentException(elements + " against " + candidate.remaining());
    }
    double squares = 0;
    double errors = 0;
    for (int i = 0; i < elements; i++) {
      double r = reference.get(reference.position() + i);
      double e = r - candidate.get(candidate.position() + i);
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
    count += elements;
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

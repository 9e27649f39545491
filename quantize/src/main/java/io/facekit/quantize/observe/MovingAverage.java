package io.facekit.quantize.observe;

import java.nio.FloatBuffer;

/**
 * The averages of the smallest and of the largest value of each batch, in which an older batch
 * counts {@value #MOMENTUM} times as much as the one after it (Jacob et al., "Quantization and
 * Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018, section 3.1).
 * The result depends on the order of the batches, so it cannot be merged: give it all batches, in
 * one fixed order, from one thread.
 */
public final class MovingAverage {
  /** The weight of what was before against a new batch. */
  public static final double MOMENTUM = 0.9;

  private double min;
  private double max;
  private long batches;
  private long nonFinite;

  /** Observes one whole batch: what remains in the buffer, whose position does not move. */
  public void observe(FloatBuffer batch) {
    float[] values = new float[batch.remaining()];
    batch.duplicate().get(values);
    observe(values);
  }

  /** Observes one whole batch. NaN and infinities are counted, and otherwise left out. */
  public void observe(float[] batch) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    long finite = 0;
    for (float value : batch) {
      if (Float.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
        finite++;
      }
    }
    nonFinite += batch.length - finite;
    if (finite == 0) {
      return;
    }
    min = batches == 0 ? low : MOMENTUM * min + (1 - MOMENTUM) * low;
    max = batches == 0 ? high : MOMENTUM * max + (1 - MOMENTUM) * high;
    batches++;
  }

  /** Batches seen that had a finite value. */
  public long batches() {
    return batches;
  }

  /** NaN and infinities seen. */
  public long nonFinite() {
    return nonFinite;
  }

  public Range range() {
    return new Range((float) min, (float) max);
  }
}

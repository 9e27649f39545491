package io.facekit.quantize.observe;

import java.nio.FloatBuffer;

/**
 * Exact counts of the values of one tensor over bins of equal width, in constant memory. The width
 * is the smallest power of two with which the bins on each side of 0 hold every value so far; when
 * a larger value comes, the width doubles and neighbouring bins merge, which loses nothing that the
 * wider bins would know. So the state is a function of the multiset of values alone: any order, any
 * split into {@link #observe} calls and any tree of {@link #merge} calls give the same bits.
 *
 * <p>Bin {@code b >= 0} holds {@code [b, b + 1) * width}, bin {@code b < 0} holds {@code (b, b + 1]
 * * width}: the edge at 0 belongs to bin 0 (-0 too), other edges to the bin away from 0. NaN and
 * infinities are counted, and otherwise left out. Not thread-safe: one per thread, then merge.
 */
public final class Histogram {
  /** Bins on each side of 0, unless {@link #coarse}. */
  public static final int SIDE = 1 << 12;

  private static final int COARSE_BITS = 6;

  /** The finest width is 2^-120, so that scaling a value by its inverse stays a normal float. */
  private static final int FINEST = -120;

  /** Elements that are looked at twice in a row while they are in the nearest cache. */
  private static final int CHUNK = 4096;

  private final int sideBits;
  private final int side;
  private final long[] counts;
  private int widthLog2 = FINEST;
  private long count;
  private long nonFinite;
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;

  public Histogram() {
    this(Integer.numberOfTrailingZeros(SIDE));
  }

  private Histogram(int sideBits) {
    this.sideBits = sideBits;
    this.side = 1 << sideBits;
    this.counts = new long[2 * side];
  }

  /** With 64 bins on each side of 0: 1 KiB, for one channel of many. */
  public static Histogram coarse() {
    return new Histogram(COARSE_BITS);
  }

  /** Bins on each side of 0. */
  public int side() {
    return side;
  }

  public void observe(float[] values) {
    observe(values, 0, values.length);
  }

  /** Observes {@code values[from..to)}. */
  public void observe(float[] values, int from, int to) {
    for (int start = from; start < to; start += CHUNK) {
      observeChunk(values, start, Math.min(to, start + CHUNK));
    }
  }

  /** Observes what remains in the buffer, whose position does not move. */
  public void observe(FloatBuffer values) {
    FloatBuffer source = values.duplicate();
    float[] chunk = new float[Math.min(CHUNK, source.remaining())];
    while (source.hasRemaining()) {
      int length = Math.min(chunk.length, source.remaining());
      source.get(chunk, 0, length);
      observeChunk(chunk, 0, length);
    }
  }

  /** Adds everything that {@code other}, which has as many bins, saw. */
  public void merge(Histogram other) {
    widen(other.widthLog2);
    int shift = widthLog2 - other.widthLog2;
    long[] theirs = other.counts;
    for (int i = 0; i < theirs.length; i++) {
      counts[side + shiftRight(i - side, shift)] += theirs[i];
    }
    count += other.count;
    nonFinite += other.nonFinite;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  /** Finite values seen. */
  public long count() {
    return count;
  }

  /** NaN and infinities seen. */
  public long nonFinite() {
    return nonFinite;
  }

  /** The smallest finite value; 0 when there was none. */
  public float min() {
    return count == 0 ? 0 : min;
  }

  /** The largest finite value; 0 when there was none. */
  public float max() {
    return count == 0 ? 0 : max;
  }

  /** The width of a bin: a power of two. */
  public double binWidth() {
    return Math.scalb(1.0, widthLog2);
  }

  /** Values in a bin, {@code -side() <= bin < side()}. */
  public long count(int bin) {
    return counts[side + bin];
  }

  private void observeChunk(float[] values, int from, int to) {
    Extent extent = Extent.of(values, from, to);
    if (!extent.finite()) {
      observeOneByOne(values, from, to);
      return;
    }
    min = Math.min(min, extent.min());
    max = Math.max(max, extent.max());
    count += to - from;
    widen(widthFor(Math.max(-extent.min(), extent.max())));
    float inverse = Math.scalb(1f, -widthLog2);
    long[] bins = counts;
    for (int i = from; i < to; i++) {
      float value = values[i] + 0f; // -0 becomes 0
      int magnitude = (int) (Math.abs(value) * inverse);
      int sign = Float.floatToRawIntBits(value) >> 31;
      bins[side + (magnitude ^ sign)]++;
    }
  }

  private void observeOneByOne(float[] values, int from, int to) {
    float[] one = new float[1];
    for (int i = from; i < to; i++) {
      if (Float.isFinite(values[i])) {
        one[0] = values[i];
        observeChunk(one, 0, 1);
      } else {
        nonFinite++;
      }
    }
  }

  private int widthFor(float maxAbs) {
    return Math.max(FINEST, Math.getExponent(maxAbs) + 1 - sideBits);
  }

  private void widen(int newWidthLog2) {
    int shift = newWidthLog2 - widthLog2;
    if (shift <= 0) {
      return;
    }
    // From 0 outwards, each bin moves towards 0 into a place that was read already.
    for (int magnitude = 1; magnitude < side; magnitude++) {
      move(magnitude, shiftRight(magnitude, shift));
      move(~magnitude, shiftRight(~magnitude, shift));
    }
    widthLog2 = newWidthLog2;
  }

  private void move(int from, int to) {
    long moved = counts[side + from];
    counts[side + from] = 0;
    counts[side + to] += moved;
  }

  /** {@code bin / 2^shift} rounded down, for any shift. */
  private static int shiftRight(int bin, int shift) {
    return bin >> Math.min(shift, 31);
  }
}

package io.facekit.runtime.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Interleaved timing of several runners in one thread: in every round each of them runs one batch,
 * and the order rotates from round to round, so that whatever else the machine does meets all of
 * them alike. Ratios are taken inside a round.
 */
public final class Latency {
  private static final long SEED = 20;

  /** A runner to be timed, with the name that the result carries. */
  public record Subject(String name, Runner runner) {}

  /**
   * The time of one batch.
   *
   * @param ratioToFirst median over the rounds of this time divided by the first subject's
   */
  public record Timing(
      String name, Duration median, Duration p10, Duration p90, double ratioToFirst) {}

  private Latency() {}

  /**
   * Times the subjects on seeded noise.
   *
   * @param batch images in a batch, at least 1
   * @param warmUp rounds that are not counted
   * @param rounds rounds that are counted, at least 1
   * @return one entry for each subject, in their order
   */
  public static List<Timing> measure(List<Subject> subjects, int batch, int warmUp, int rounds) {
    int count = subjects.size();
    float[][] inputs = new float[count][];
    for (int s = 0; s < count; s++) {
      inputs[s] = noise(subjects.get(s).runner().inputSize().elements(), batch);
    }
    long[][] nanos = new long[count][rounds];
    for (int round = -warmUp; round < rounds; round++) {
      for (int i = 0; i < count; i++) {
        int s = Math.floorMod(round + i, count);
        long start = System.nanoTime();
        float[] unused = subjects.get(s).runner().run(inputs[s], batch);
        long taken = System.nanoTime() - start;
        if (round >= 0 && unused.length > 0) {
          nanos[s][round] = taken;
        }
      }
    }
    List<Timing> timings = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      timings.add(timing(subjects.get(s).name(), nanos[s], nanos[0]));
    }
    return timings;
  }

  static Timing timing(String name, long[] nanos, long[] first) {
    double[] times = new double[nanos.length];
    double[] ratios = new double[nanos.length];
    for (int i = 0; i < nanos.length; i++) {
      times[i] = nanos[i];
      ratios[i] = (double) nanos[i] / Math.max(1, first[i]);
    }
    Arrays.sort(times);
    Arrays.sort(ratios);
    return new Timing(
        name,
        duration(quantile(times, 0.5)),
        duration(quantile(times, 0.1)),
        duration(quantile(times, 0.9)),
        quantile(ratios, 0.5));
  }

  private static Duration duration(double nanos) {
    return Duration.ofNanos(Math.round(nanos));
  }

  /** Linear interpolation between the closest ranks. */
  private static double quantile(double[] sorted, double q) {
    double rank = q * (sorted.length - 1);
    int low = (int) rank;
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (rank - low) * (sorted[high] - sorted[low]);
  }

  private static float[] noise(int elements, int batch) {
    Random random = new Random(SEED);
    float[] values = new float[Math.multiplyExact(elements, batch)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}

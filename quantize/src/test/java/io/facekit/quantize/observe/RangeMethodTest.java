package io.facekit.quantize.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeMethodTest {
  private static final RangeMethod.OfHistogram MSE = new RangeMethod.Mse();

  @Test
  void rangesAlwaysHoldZero() {
    assertThat(new Range(2, 5)).isEqualTo(new Range(0, 5));
    assertThat(new Range(-5, -2)).isEqualTo(new Range(-5, 0));
    assertThat(new Range(-0f, -0f)).isEqualTo(Range.ZERO);
    assertThatThrownBy(() -> new Range(0, Float.NaN)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingSeenGivesZero() {
    Histogram nothing = new Histogram();
    assertThat(MSE.range(nothing, 256)).isEqualTo(Range.ZERO);
    assertThat(new RangeMethod.MinMax().range(nothing, 256)).isEqualTo(Range.ZERO);
    assertThat(new RangeMethod.Percentile(99.99).range(nothing, 256)).isEqualTo(Range.ZERO);
    assertThat(new MovingAverage().range()).isEqualTo(Range.ZERO);
  }

  @Test
  void percentileLeavesOutBothTails() {
    float[] values = new float[100_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 50_000f - 1;
    }
    Range range = new RangeMethod.Percentile(90).range(seen(values), 256);
    assertThat(range.min()).isCloseTo(-0.9f, within(0.001f));
    assertThat(range.max()).isCloseTo(0.9f, within(0.001f));
    assertThat(new RangeMethod.Percentile(100).range(seen(values), 256))
        .isEqualTo(new Range(-1, 1));
  }

  @Test
  void mseKeepsAnEvenDistributionWhole() {
    float[] values = new float[100_000];
    Random random = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 3 - 1;
    }
    Range range = MSE.range(seen(values), 256);
    assertThat(range.min()).isCloseTo(-1, within(0.02f));
    assertThat(range.max()).isCloseTo(2, within(0.02f));
  }

  @Test
  void mseFindsTheKnownOptimumOfANormalDistribution() {
    // Clipping at 2.5599 sigma is optimal for 4 bits: Banner et al. 2019, section 3.1.
    Random random = new Random(5);
    float[] values = new float[400_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Range range = MSE.range(seen(values), 16);
    assertThat((range.max() - range.min()) / 2).isCloseTo(2.55f, within(0.2f));
  }

  @Test
  void mseClipsOneEndAlone() {
    Random random = new Random(7);
    float[] values = new float[200_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    values[0] = -4;
    // d/dt of n (0.5 + t)² / (12 * 255²) + (4 - t)², for a lower end -t.
    double n = values.length / (12.0 * 255 * 255);
    Range range = MSE.range(seen(values), 256);
    assertThat(-range.min()).isCloseTo((float) ((4 - 0.5 * n) / (1 + n)), within(0.05f));
    assertThat(range.max()).isBetween(0.48f, 0.51f);
  }

  @Test
  void mseIsNeverWorseThanMinMaxOnTheDataItself() {
    Random random = new Random(11);
    for (int round = 0; round < 8; round++) {
      float[] values = new float[50_000];
      double slope = random.nextDouble() - 0.3;
      for (int i = 0; i < values.length; i++) {
        double x = random.nextGaussian() * Math.exp(random.nextGaussian());
        values[i] = (float) (x < 0 ? x * slope : x);
      }
      for (int levels : new int[] {16, 128, 256}) {
        Histogram histogram = seen(values);
        Range mse = MSE.range(histogram, levels);
        Range minMax = new RangeMethod.MinMax().range(histogram, levels);
        assertThat(error(values, mse, levels)).isLessThan(error(values, minMax, levels) * 1.001);
        assertThat(mse.min()).isGreaterThanOrEqualTo(minMax.min());
        assertThat(mse.max()).isLessThanOrEqualTo(minMax.max());
      }
    }
  }

  /** Every pair of ends on a fine grid is tried, each against every value. */
  @Test
  void mseIsAsGoodAsBruteForce() {
    Random random = new Random(13);
    for (int round = 0; round < 6; round++) {
      float[] values = new float[1_500];
      double slope = round % 2 == 0 ? 0 : 0.25;
      for (int i = 0; i < values.length; i++) {
        double x = random.nextGaussian() * Math.exp(0.7 * random.nextGaussian());
        values[i] = (float) (x < 0 ? x * slope : x);
      }
      Histogram histogram = seen(values);
      for (int levels : new int[] {16, 64}) {
        double least = Double.POSITIVE_INFINITY;
        for (int high = 1; high <= 60; high++) {
          for (int low = 0; low <= (slope == 0 ? 0 : 20); low++) {
            Range candidate = new Range(histogram.min() * low / 20f, histogram.max() * high / 60f);
            least = Math.min(least, error(values, candidate, levels));
          }
        }
        double found = error(values, MSE.range(histogram, levels), levels);
        assertThat(found).as("round %s, %s levels", round, levels).isLessThan(least * 1.03);
      }
    }
  }

  @Test
  void percentileAgreesWithSortedValues() {
    Random random = new Random(17);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(random.nextGaussian()));
    }
    Histogram histogram = seen(values);
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    for (double percent : new double[] {51, 90, 99, 99.9, 99.99}) {
      Range range = new RangeMethod.Percentile(percent).range(histogram, 256);
      int tail = (int) Math.floor(values.length * ((100 - percent) / 200));
      float width = (float) histogram.binWidth();
      assertThat(range.min()).isCloseTo(sorted[tail], within(width));
      assertThat(range.max()).isCloseTo(sorted[sorted.length - 1 - tail], within(width));
    }
  }

  @Test
  void movingAverageWeighsBatchesInOrder() {
    MovingAverage average = new MovingAverage();
    average.observe(new float[] {-1, 1});
    average.observe(new float[] {-2, 11, Float.NaN});
    average.observe(new float[] {Float.NaN});
    assertThat(average.range().min()).isCloseTo(-1.1f, within(1e-6f));
    assertThat(average.range().max()).isCloseTo(2f, within(1e-6f));
    assertThat(average.batches()).isEqualTo(2);
    assertThat(average.nonFinite()).isEqualTo(2);
  }

  private static final RangeMethod.OfHistogram ENTROPY = new RangeMethod.Entropy();

  @Test
  void searchesOfNothingAndOfOneValue() {
    for (RangeMethod.OfHistogram method :
        List.of(ENTROPY, new RangeMethod.Lp(1), new RangeMethod.Lp(2.4))) {
      assertThat(method.range(new Histogram(), 256)).isEqualTo(Range.ZERO);
      assertThat(method.range(seen(new float[50]), 256)).isEqualTo(Range.ZERO);
      float[] threes = new float[50];
      Arrays.fill(threes, 3);
      Range three = method.range(seen(threes), 256);
      assertThat(three.min()).isZero();
      assertThat(three.max()).isCloseTo(3, within(0.05f));
    }
    assertThatThrownBy(() -> new RangeMethod.Lp(0.5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RangeMethod.Lp(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void lpWithPowerTwoIsMse() {
    Random random = new Random(19);
    for (int round = 0; round < 4; round++) {
      float[] values = new float[20_000];
      double slope = round % 2 == 0 ? 0 : 0.25;
      for (int i = 0; i < values.length; i++) {
        double x = random.nextGaussian() * Math.exp(0.7 * random.nextGaussian());
        values[i] = (float) (x < 0 ? x * slope : x);
      }
      for (int levels : new int[] {16, 256}) {
        Histogram histogram = seen(values);
        double mse = error(values, MSE.range(histogram, levels), levels);
        double lp = error(values, new RangeMethod.Lp(2).range(histogram, levels), levels);
        assertThat(lp).isCloseTo(mse, within(0.002 * mse));
      }
    }
  }

  /** A larger power clips less, down to none. */
  @Test
  void lpWidensWithItsPower() {
    Random random = new Random(23);
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      double x = -Math.log(1 - random.nextDouble()); // one side of a Laplace distribution
      values[i] = (float) (random.nextBoolean() ? x : -x);
    }
    Histogram histogram = seen(values);
    double before = 0;
    for (double norm : new double[] {1, 2, 3, 4}) {
      Range range = new RangeMethod.Lp(norm).range(histogram, 16);
      double size = (double) range.max() - range.min();
      assertThat(size).isGreaterThan(before * 1.05);
      before = size;
    }
    assertThat(before).isLessThan((double) histogram.max() - histogram.min());
  }

  @Test
  void entropyAndLpKeepAnEvenDistributionWhole() {
    float[] values = new float[100_000];
    Random random = new Random(29);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 3 - 1;
    }
    for (RangeMethod.OfHistogram method : List.of(ENTROPY, new RangeMethod.Lp(2.4))) {
      Range range = method.range(seen(values), 256);
      assertThat(range.min()).isCloseTo(-1, within(0.03f));
      assertThat(range.max()).isCloseTo(2, within(0.03f));
    }
  }

  @Test
  void entropyCutsTheTailsOfALongDistributionAtEachEndForItself() {
    Random random = new Random(31);
    float[] values = new float[400_000];
    for (int i = 0; i < values.length; i++) {
      double x = random.nextGaussian();
      values[i] = (float) (x < 0 ? 0.25 * x : x);
    }
    values[0] = 20;
    Range range = ENTROPY.range(seen(values), 256);
    assertThat(range.max()).isBetween(2.5f, 5f);
    assertThat(range.min()).isBetween(-1.3f, -0.5f);
  }

  /** Zeros are exact in every range, so how many there are says nothing about the ends. */
  @Test
  void entropyDoesNotLookAtTheZerosOfARelu() {
    Random random = new Random(37);
    float[] few = new float[200_000];
    for (int i = 0; i < few.length; i++) {
      few[i] = (float) Math.abs(random.nextGaussian());
    }
    float[] many = Arrays.copyOf(few, 800_000);
    Range range = ENTROPY.range(seen(few), 256);
    assertThat(ENTROPY.range(seen(many), 256)).isEqualTo(range);
    assertThat(range.min()).isZero();
    assertThat(range.max()).isGreaterThan(2.5f);
  }

  private static Histogram seen(float[] values) {
    Histogram histogram = new Histogram();
    histogram.observe(values);
    return histogram;
  }

  private static double error(float[] values, Range range, int levels) {
    double step = ((double) range.max() - range.min()) / (levels - 1);
    long zero = Math.round(-range.min() / step);
    double sum = 0;
    for (float value : values) {
      long level = Math.min(levels - 1, Math.max(0, Math.round(value / step) + zero));
      double difference = value - (level - zero) * step;
      sum += difference * difference;
    }
    return sum;
  }
}

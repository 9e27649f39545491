package io.facekit.quantize.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
  private static final long SEED = 20261124;

  @Test
  void anyOrderAndAnySplitGiveTheSameBins() {
    Random random = new Random(SEED);
    for (int round = 0; round < 20; round++) {
      float[] values = sample(random, 20_000);
      Histogram whole = new Histogram();
      whole.observe(values);
      List<Histogram> parts = new ArrayList<>();
      float[] shuffled = shuffle(values, random);
      for (int from = 0; from < shuffled.length; ) {
        int to = Math.min(shuffled.length, from + 1 + random.nextInt(3000));
        Histogram part = new Histogram();
        part.observe(FloatBuffer.wrap(shuffled, from, to - from));
        parts.add(part);
        from = to;
      }
      while (parts.size() > 1) {
        Histogram one = parts.remove(random.nextInt(parts.size()));
        parts.get(random.nextInt(parts.size())).merge(one);
      }
      assertSame(parts.get(0), whole);
    }
  }

  @Test
  void everyValueIsInTheBinThatTheClassPromises() {
    Random random = new Random(SEED);
    for (int i = 0; i < 2_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isFinite(value)) {
        continue;
      }
      Histogram histogram = new Histogram();
      histogram.observe(new float[] {value, -0f, 0f});
      double width = histogram.binWidth();
      int magnitude = (int) Math.floor(Math.abs((double) value) / width);
      int bin = value < 0 ? -magnitude - 1 : magnitude;
      assertThat(bin).isBetween(-Histogram.SIDE, Histogram.SIDE - 1);
      assertThat(histogram.count(bin)).as("%s", value).isEqualTo(bin == 0 ? 3 : 1);
      assertThat(histogram.count(0)).isEqualTo(bin == 0 ? 3 : 2);
      // The finest width that still holds the value.
      assertThat(width == 0x1p-120 || magnitude >= Histogram.SIDE / 2).isTrue();
    }
  }

  @Test
  void extremesAreExactAndZeroIsNeverNegative() {
    Histogram histogram = new Histogram();
    histogram.observe(new float[] {-0f, 0.1f, -3.3f, 7.7f});
    assertThat(histogram.min()).isEqualTo(-3.3f);
    assertThat(histogram.max()).isEqualTo(7.7f);
    Histogram zeros = new Histogram();
    zeros.observe(new float[] {-0f, -0f});
    assertThat(Float.floatToRawIntBits(zeros.min())).isZero();
    assertThat(zeros.count(0)).isEqualTo(2);
    assertThat(new Histogram().max()).isZero();
  }

  @Test
  void nonFiniteValuesAreCountedAndLeftOut() {
    Histogram histogram = new Histogram();
    float negativeNaN = Float.intBitsToFloat(0xffc00001);
    histogram.observe(
        new float[] {
          1, Float.NaN, Float.POSITIVE_INFINITY, -2, negativeNaN, Float.NEGATIVE_INFINITY
        });
    Histogram finite = new Histogram();
    finite.observe(new float[] {1, -2});
    assertThat(histogram.nonFinite()).isEqualTo(4);
    assertThat(histogram.count()).isEqualTo(2);
    assertThat(histogram.count(Histogram.SIDE / 2)).isEqualTo(finite.count(Histogram.SIDE / 2));
    assertThat(histogram.max()).isEqualTo(1);
    histogram.merge(histogram);
    assertThat(histogram.nonFinite()).isEqualTo(8);
    assertThat(histogram.count()).isEqualTo(4);
  }

  @Test
  void observingABufferLeavesItsPosition() {
    FloatBuffer buffer = FloatBuffer.wrap(new float[] {1, 2, 3, 4}).position(1);
    Histogram histogram = new Histogram();
    histogram.observe(buffer);
    assertThat(histogram.count()).isEqualTo(3);
    assertThat(buffer.position()).isEqualTo(1);
  }

  @Test
  void aCoarseOneHoldsTheSameCountsInFewerBins() {
    float[] values = sample(new Random(SEED), 20_000);
    Histogram fine = new Histogram();
    fine.observe(values);
    Histogram coarse = Histogram.coarse();
    coarse.observe(values, 0, 7_000);
    Histogram rest = Histogram.coarse();
    rest.observe(values, 7_000, values.length);
    coarse.merge(rest);
    int share = fine.side() / coarse.side();
    assertThat(coarse.binWidth()).isEqualTo(share * fine.binWidth());
    for (int bin = -coarse.side(); bin < coarse.side(); bin++) {
      long sum = 0;
      for (int i = 0; i < share; i++) {
        sum += fine.count(bin * share + i);
      }
      assertThat(coarse.count(bin)).isEqualTo(sum);
    }
  }

  private static void assertSame(Histogram actual, Histogram expected) {
    assertThat(actual.binWidth()).isEqualTo(expected.binWidth());
    assertThat(actual.count()).isEqualTo(expected.count());
    assertThat(actual.nonFinite()).isEqualTo(expected.nonFinite());
    assertThat(actual.min()).isEqualTo(expected.min());
    assertThat(actual.max()).isEqualTo(expected.max());
    for (int bin = -Histogram.SIDE; bin < Histogram.SIDE; bin++) {
      assertThat(actual.count(bin)).isEqualTo(expected.count(bin));
    }
  }

  private static float[] sample(Random random, int size) {
    float[] values = new float[size];
    double spread = Math.exp(random.nextGaussian() * 8);
    for (int i = 0; i < size; i++) {
      double outlier = random.nextInt(1000) == 0 ? 500 : 1;
      values[i] = (float) (random.nextGaussian() * spread * outlier);
      if (random.nextInt(5) == 0) {
        values[i] = random.nextBoolean() ? -0f : 0f;
      }
      if (random.nextInt(5000) == 0) {
        values[i] = random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
      }
      if (random.nextInt(500) == 0) {
        values[i] = (random.nextBoolean() ? -1f : 1f) * (1 << random.nextInt(10));
      }
    }
    return values;
  }

  private static float[] shuffle(float[] values, Random random) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    Collections.shuffle(list, random);
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = list.get(i);
    }
    return result;
  }
}

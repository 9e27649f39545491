package io.facekit.quantize.equalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.facekit.quantize.observe.Histogram;
import io.facekit.quantize.observe.Range;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelClipTest {
  private static final int LEVELS = 255;

  @Test
  void leavesOutOneStrayValue() {
    float[] values = normal(100_000);
    values[0] = 60;
    Range clip = ChannelClip.of(histogram(values), LEVELS);
    assertThat(clip.max()).isBetween(3f, 8f);
    assertThat(clip.min()).isBetween(-6f, -3f);
  }

  /** Banner et al. give 4.0 standard deviations at 8 bits, symmetric. */
  @Test
  void findsTheBestEndsOfANormalDistribution() {
    Range clip = ChannelClip.of(histogram(normal(1_000_000)), LEVELS);
    assertThat(clip.max()).isCloseTo(4f, within(0.3f));
    assertThat(clip.min()).isCloseTo(-4f, within(0.3f));
  }

  @Test
  void clipsMoreWhenThereAreFewerLevels() {
    Histogram h = histogram(normal(100_000));
    assertThat(ChannelClip.of(h, 15).max()).isLessThan(ChannelClip.of(h, 255).max() - 0.5f);
  }

  @Test
  void keepsAllOfAnEvenDistribution() {
    Random random = new Random(1);
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = 5 * random.nextFloat();
    }
    Histogram h = histogram(values);
    assertThat(ChannelClip.of(h, LEVELS)).isEqualTo(new Range(0, h.max()));
  }

  @Test
  void isZeroForADeadChannel() {
    assertThat(ChannelClip.of(histogram(new float[100]), LEVELS)).isEqualTo(Range.ZERO);
    assertThat(ChannelClip.of(Histogram.coarse(), LEVELS)).isEqualTo(Range.ZERO);
  }

  private static float[] normal(int count) {
    Random random = new Random(20261125);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Histogram histogram(float[] values) {
    Histogram h = Histogram.coarse();
    h.observe(values);
    return h;
  }
}

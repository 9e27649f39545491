package io.facekit.quantize.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.quantize.observe.Range;
import io.facekit.quantize.observe.RangeMethod;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ObservationsTest {
  private static final RangeMethod MSE = new RangeMethod.Mse();

  private final Observations seen = new Observations(List.of("wide", "narrow", "other"), MSE);

  ObservationsTest() {
    seen.observe("wide", normal(10_000, 4));
    seen.observe("narrow", normal(30_000, 1));
    seen.observe("other", normal(10_000, 2));
  }

  @Test
  void oneScaleIsChosenForAllThatItHolds() {
    Map<String, Range> alone = seen.ranges(List.of(), MSE);
    Map<String, Range> together = seen.ranges(List.of(List.of("wide", "narrow", "unseen")), MSE);
    assertThat(together).containsOnlyKeys("wide", "narrow", "other");
    assertThat(together.get("wide")).isEqualTo(together.get("narrow"));
    assertThat(together.get("other")).isEqualTo(alone.get("other"));
    // Most values are small, so cutting off more of the large ones pays.
    assertThat(max(together, "wide")).isLessThan(max(alone, "wide"));
    assertThat(max(together, "wide")).isGreaterThan(2 * max(alone, "narrow"));
  }

  private static float max(Map<String, Range> ranges, String value) {
    return Objects.requireNonNull(ranges.get(value)).max();
  }

  private static FloatBuffer normal(int count, float spread) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = spread * (float) random.nextGaussian();
    }
    return FloatBuffer.wrap(values);
  }
}

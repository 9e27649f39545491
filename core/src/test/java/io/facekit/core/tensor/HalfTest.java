package io.facekit.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfTest {
  private static final int PATTERNS = 1 << 16;

  /** Rounding by the definition, in double: to a multiple of the unit in the last place. */
  private static double rounded(float value) {
    if (Float.isNaN(value) || value == 0) {
      return value;
    }
    double magnitude = Math.abs((double) value);
    double unit = Math.max(0x1p-24, Math.scalb(1.0, Math.getExponent(magnitude) - 10));
    double nearest = Math.rint(magnitude / unit) * unit;
    return Math.copySign(nearest > Half.MAX_VALUE ? Double.POSITIVE_INFINITY : nearest, value);
  }

  private static void check(float value) {
    double actual = Half.toFloat(Half.fromFloat(value));
    if (Double.compare(actual, rounded(value)) != 0) {
      throw new AssertionError(value + " became " + actual + ", not " + rounded(value));
    }
  }

  @Test
  void everyPatternComesBack() {
    for (int i = 0; i < PATTERNS; i++) {
      short bits = (short) i;
      float value = Half.toFloat(bits);
      short back = Half.fromFloat(value);
      if (Float.isNaN(value)) {
        assertThat(Half.toFloat(back)).isNaN();
      } else if (back != bits) {
        throw new AssertionError(Integer.toHexString(i) + " came back as " + back);
      }
    }
  }

  @Test
  void valuesAreThoseOfTheStandard() {
    assertThat(Half.toFloat((short) 0x3c00)).isEqualTo(1f);
    assertThat(Half.toFloat((short) 0xc000)).isEqualTo(-2f);
    assertThat(Half.toFloat((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(Half.toFloat((short) 0x0400)).isEqualTo(0x1p-14f);
    assertThat(Half.toFloat((short) 0x7bff)).isEqualTo(Half.MAX_VALUE);
    assertThat(Half.toFloat((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Half.toFloat((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Half.toFloat((short) 0x8000)).isEqualTo(-0f);
    assertThat(Half.fromFloat(-0f)).isEqualTo((short) 0x8000);
  }

  @Test
  void roundsToNearestEvenAtEveryMidpoint() {
    for (int i = 0; i < 0x7bff; i++) {
      float low = Half.toFloat((short) i);
      float middle = (low + Half.toFloat((short) (i + 1))) / 2;
      for (float v : new float[] {Math.nextDown(middle), middle, Math.nextUp(middle)}) {
        check(v);
        check(-v);
      }
      assertThat(Half.fromFloat(middle) & 1).isZero();
    }
  }

  @Test
  void roundsAnyFloat() {
    Random random = new Random(16);
    for (int i = 0; i < 500_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      check(value);
      check(random.nextFloat());
    }
    check(Float.MIN_VALUE);
    check(0x1p-25f);
    check(Math.nextUp(0x1p-25f));
    check(65519.996f);
    check(65520f);
    check(Float.MAX_VALUE);
  }
}

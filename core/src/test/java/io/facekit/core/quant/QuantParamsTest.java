package io.facekit.core.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantParamsTest {
  @Test
  void coversARange() {
    assertThat(QuantParams.ofRange(0, 255)).isEqualTo(new QuantParams(1, 0));
    assertThat(QuantParams.ofRange(-255, 0)).isEqualTo(new QuantParams(1, 255));
    assertThat(QuantParams.ofRange(-128, 127)).isEqualTo(new QuantParams(1, 128));
  }

  @Test
  void alwaysHasAnExactZero() {
    assertThat(QuantParams.ofRange(10, 255)).isEqualTo(new QuantParams(1, 0));
    assertThat(QuantParams.ofRange(-255, -10)).isEqualTo(new QuantParams(1, 255));
    Random random = new Random(8);
    for (int i = 0; i < 10_000; i++) {
      float a = (random.nextFloat() - 0.5f) * 100;
      float b = a + random.nextFloat() * 100;
      QuantParams p = QuantParams.ofRange(a, b);
      assertThat(p.zeroPoint()).isBetween(0, 255);
      assertThat(p.min()).isCloseTo(Math.min(a, 0), within(0.51f * p.scale()));
      assertThat(p.max()).isCloseTo(Math.max(b, 0), within(0.51f * p.scale()));
    }
  }

  @Test
  void widensAnEmptyRange() {
    for (float v : new float[] {0, 1e-30f, -1e-30f}) {
      QuantParams p = QuantParams.ofRange(v, v);
      assertThat(p.scale()).isEqualTo((float) (1e-4 / 255));
      assertThat(p.zeroPoint()).isZero();
    }
  }

  @Test
  void refusesWhatIsNoScaleOrCode() {
    for (float scale : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE}) {
      assertThatThrownBy(() -> new QuantParams(scale, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int zero : new int[] {-1, 256}) {
      assertThatThrownBy(() -> new QuantParams(1, zero))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> QuantParams.ofRange(Float.NEGATIVE_INFINITY, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> QuantParams.ofRange(Float.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsNotPlannedIsFloat() {
    assertThat(Quantization.NONE.precision("conv")).isEqualTo(Precision.FP32);
    assertThat(Quantization.NONE.isInt8("conv")).isFalse();
    Quantization q =
        new Quantization(
            Map.of("conv", Precision.INT8), Map.of("conv", new QuantParams(1, 2)), Map.of());
    assertThat(q.isInt8("conv")).isTrue();
    assertThat(q.activation("conv").zeroPoint()).isEqualTo(2);
    assertThatThrownBy(() -> q.activation("other"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'other'");
  }
}

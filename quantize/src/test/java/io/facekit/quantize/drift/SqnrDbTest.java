package io.facekit.quantize.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class SqnrDbTest {
  @Test
  void aTenthOfTheAmplitudeIsTwentyDecibels() {
    SqnrDb sqnr = new SqnrDb("conv1");
    sqnr.add(buffer(10, -10), buffer(11, -9));
    assertThat(sqnr.valueDb()).isCloseTo(20, within(1e-12));
    assertThat(sqnr.count()).isEqualTo(2);
  }

  @Test
  void mergingPartsIsAddingTheirElements() {
    float[] reference = {1, 2, 3, 4};
    float[] candidate = {1.5f, 2, 2.5f, 4};
    SqnrDb whole = new SqnrDb("v");
    whole.add(buffer(reference), buffer(candidate));
    SqnrDb first = new SqnrDb("v");
    first.add(buffer(reference).limit(1), buffer(candidate).limit(1));
    SqnrDb second = new SqnrDb("v");
    second.add(buffer(reference).position(1), buffer(candidate).position(1));
    first.merge(second);
    assertThat(first.valueDb()).isEqualTo(whole.valueDb());
    assertThat(first.count()).isEqualTo(4);
  }

  @Test
  void edgesAreFinite() {
    SqnrDb exact = new SqnrDb("v");
    exact.add(buffer(1), buffer(1));
    assertThat(exact.valueDb()).isEqualTo(SqnrDb.EXACT);
    SqnrDb silent = new SqnrDb("v");
    silent.add(buffer(0), buffer(1));
    assertThat(silent.valueDb()).isEqualTo(-SqnrDb.EXACT);
    assertThatThrownBy(() -> new SqnrDb("v").valueDb()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void valuesThatAreNotFiniteNameTheLayer() {
    SqnrDb sqnr = new SqnrDb("conv_23.prelu");
    assertThatThrownBy(() -> sqnr.add(buffer(1), buffer(Float.NaN)))
        .isInstanceOfSatisfying(
            FacekitException.class,
            e -> {
              assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.DATA_NOT_FINITE);
              assertThat(e.problems().get(0).at()).isEqualTo("conv_23.prelu");
            });
  }

  private static FloatBuffer buffer(float... values) {
    return FloatBuffer.wrap(values);
  }
}

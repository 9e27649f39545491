package io.facekit.quantize.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import org.junit.jupiter.api.Test;

class SqnrDbTest {
  @Test
  void aTenthOfTheAmplitudeIsTwentyDecibels() {
    SqnrDb sqnr = new SqnrDb("conv1");
    sqnr.add(new float[] {10, -10, 99}, new float[] {11, -9, 0}, 0, 2);
    assertThat(sqnr.valueDb()).isCloseTo(20, within(1e-12));
    assertThat(sqnr.count()).isEqualTo(2);
  }

  @Test
  void mergingPartsIsAddingTheirElements() {
    float[] reference = {1, 2, 3, 4};
    float[] candidate = {1.5f, 2, 2.5f, 4};
    SqnrDb whole = new SqnrDb("v");
    whole.add(reference, candidate, 0, 4);
    SqnrDb first = new SqnrDb("v");
    first.add(reference, candidate, 0, 1);
    SqnrDb second = new SqnrDb("v");
    second.add(reference, candidate, 1, 3);
    first.merge(second);
    assertThat(first.valueDb()).isEqualTo(whole.valueDb());
    assertThat(first.count()).isEqualTo(4);
  }

  @Test
  void edgesAreFinite() {
    SqnrDb exact = new SqnrDb("v");
    exact.add(new float[] {1}, new float[] {1}, 0, 1);
    assertThat(exact.valueDb()).isEqualTo(SqnrDb.EXACT);
    SqnrDb silent = new SqnrDb("v");
    silent.add(new float[] {0}, new float[] {1}, 0, 1);
    assertThat(silent.valueDb()).isEqualTo(-SqnrDb.EXACT);
    assertThatThrownBy(() -> new SqnrDb("v").valueDb()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void valuesThatAreNotFiniteNameTheLayer() {
    SqnrDb sqnr = new SqnrDb("conv_23.prelu");
    assertThatThrownBy(() -> sqnr.add(new float[] {1}, new float[] {Float.NaN}, 0, 1))
        .isInstanceOfSatisfying(
            FacekitException.class,
            e -> {
              assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.DATA_NOT_FINITE);
              assertThat(e.problems().get(0).at()).isEqualTo("conv_23.prelu");
            });
  }
}

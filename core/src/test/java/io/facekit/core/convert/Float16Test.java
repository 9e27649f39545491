package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import org.junit.jupiter.api.Test;

class Float16Test {
  @Test
  void roundsWeights() {
    TensorData half = Float16.convert("w", TensorData.of(new float[] {1, 0.1f, 1e-30f}, 3));
    assertThat(half.dtype()).isEqualTo(DType.FLOAT16);
    assertThat(half.toFloats()).containsExactly(1, 0.099975586f, 0);
    assertThat(Float16.convert("w", TensorData.of(new float[] {65504, -65519}, 2)).toFloats())
        .containsExactly(65504, -65504);
  }

  @Test
  void namesAWeightThatIsTooLarge() {
    for (float large : new float[] {65520, -1e9f}) {
      assertThatThrownBy(
              () -> Float16.convert("fc.weight", TensorData.of(new float[] {1, large}, 2)))
          .isInstanceOfSatisfying(
              FacekitException.class,
              e -> {
                assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.RECIPE_PRECISION);
                assertThat(e.problems().get(0).at()).isEqualTo("fc.weight[1]");
                assertThat(e.problems().get(0).found()).contains("65504");
              });
    }
  }
}

package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermutationTest {
  private static TensorData counting(long... sizes) {
    float[] values = new float[(int) Shape.of(sizes).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return TensorData.of(values, sizes);
  }

  @Test
  void transposesAMatrix() {
    TensorData t = Permutation.apply(counting(2, 3), List.of(1, 0));
    assertThat(t.shape()).isEqualTo(Shape.of(3, 2));
    assertThat(t.toFloats()).containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void movesEveryElementOfFourAxes() {
    TensorData in = counting(2, 3, 4, 5);
    for (List<Integer> axes :
        List.of(
            List.of(0, 2, 3, 1), List.of(1, 2, 3, 0), List.of(3, 2, 1, 0), List.of(0, 1, 2, 3))) {
      TensorData out = Permutation.apply(in, axes);
      int[] index = new int[4];
      for (int i = 0; i < out.elements(); i++) {
        int rest = i;
        for (int axis = 3; axis >= 0; axis--) {
          index[axes.get(axis)] = rest % out.shape().size(axis);
          rest /= out.shape().size(axis);
        }
        float expected = ((index[0] * 3 + index[1]) * 4 + index[2]) * 5 + index[3];
        assertThat(out.floatAt(i)).isEqualTo(expected);
      }
    }
  }

  @Test
  void movesBytesAndSinglesToo() {
    byte[] codes = {1, 2, 3, 4, 5, 6};
    TensorData out = Permutation.apply(TensorData.of(codes, 2, 3, 1), List.of(2, 1, 0));
    assertThat(out.shape()).isEqualTo(Shape.of(1, 3, 2));
    assertThat(out.toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(Permutation.apply(counting(1, 1), List.of(1, 0)).toFloats()).containsExactly(0);
    assertThat(Permutation.apply(counting(3), List.of(0)).toFloats()).containsExactly(0, 1, 2);
  }
}

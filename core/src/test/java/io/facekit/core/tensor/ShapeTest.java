package io.facekit.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
  private final Shape batched = Shape.batched(3, 112, 96);

  @Test
  void knowsItsSizesAtABatch() {
    assertThat(batched.at(5)).containsExactly(5, 3, 112, 96);
    assertThat(batched.elementsAt(2)).isEqualTo(2 * 3 * 112 * 96);
    assertThat(new Shape(List.of(new Dim(4, true), Dim.of(2))).at(3)).containsExactly(12, 2);
    assertThat(Shape.SCALAR.elements()).isEqualTo(1);
    assertThat(Shape.of(2, 0, 3).elements()).isZero();
    assertThat(batched.size(1)).isEqualTo(3);
    assertThat(batched.rank()).isEqualTo(4);
  }

  @Test
  void hasNoFixedNumberOfElementsWithABatch() {
    assertThat(batched.isFixed()).isFalse();
    assertThat(Shape.of(1, 2).isFixed()).isTrue();
    assertThatThrownBy(batched::elements)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[batch,3,112,96]");
    assertThatThrownBy(() -> batched.size(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesToOverflow() {
    Shape huge = Shape.of(Long.MAX_VALUE, 2);
    assertThatThrownBy(huge::elements).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new Dim(Long.MAX_VALUE, true).at(2))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Dim.of(1L << 31).size()).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Dim.of(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void printsAsInDumps() {
    assertThat(batched).hasToString("[batch,3,112,96]");
    assertThat(Shape.SCALAR).hasToString("[]");
    assertThat(new Dim(6, true)).hasToString("batch*6");
  }

  @Test
  void isAValue() {
    assertThat(batched.withDim(0, Dim.of(7))).isEqualTo(Shape.of(7, 3, 112, 96));
    assertThat(batched).isEqualTo(Shape.batched(3, 112, 96)).isNotEqualTo(Shape.of(1, 3, 112, 96));
    assertThatThrownBy(() -> batched.dims().add(Dim.BATCH))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}

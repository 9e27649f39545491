package io.facekit.quantize.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShowTest {
  @Test
  void nothingThatIsNotOneReadsAsOne() {
    assertThat(Show.cosine(1.0)).isEqualTo("1.00000");
    assertThat(Show.cosine(0.9999999)).isEqualTo("0.99999");
    assertThat(Show.cosine(0.987654321)).isEqualTo("0.98765");
    assertThat(Show.percent(0.999999)).isEqualTo("99.99\u00a0%");
    assertThat(Show.percent(1.0)).isEqualTo("100.00\u00a0%");
  }

  @Test
  void smallSharesAreExponents() {
    assertThat(Show.rate(1e-4)).isEqualTo("1e-4");
    assertThat(Show.rate(8.71e-5)).isEqualTo("8.7e-5");
    assertThat(Show.rate(1)).isEqualTo("1e0");
    assertThat(Show.rate(0)).isEqualTo("0");
  }

  @Test
  void differencesHaveASign() {
    assertThat(Show.shift(-0.00312)).isEqualTo("−0.0031");
    assertThat(Show.shift(0.00001)).isEqualTo("0.0000");
    assertThat(Show.points(0.0123)).isEqualTo("+1.23\u00a0pt");
  }

  @Test
  void sizesAndNumbersAreShort() {
    assertThat(Show.bytes(999)).isEqualTo("999 B");
    assertThat(Show.bytes(4_014_236)).isEqualTo("4.01 MB");
    assertThat(Show.number(8.3e-7)).isEqualTo("8.3e-7");
    assertThat(Show.number(-12.5)).isEqualTo("−12.5");
    assertThat(Show.decibels(200.0)).isEqualTo("exact");
    assertThat(Show.count(1_234_567)).isEqualTo("1,234,567");
  }

  @Test
  void ticksAreRound() {
    assertThat(new Axis(0, 47, 0, 1).ticks(5)).containsExactly(0.0, 10.0, 20.0, 30.0, 40.0);
    assertThat(Axis.step(0.13, 4)).isEqualTo(0.05);
  }
}

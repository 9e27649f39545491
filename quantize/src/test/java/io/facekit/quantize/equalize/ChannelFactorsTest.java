package io.facekit.quantize.equalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ChannelFactorsTest {
  private static final Offset<Double> CLOSE = within(1e-6);

  @Test
  void areTheExtentsOfOneValue() {
    double[] g = ChannelFactors.of(List.of(extents(0, 8, 0, 2, 0, 4)), new double[] {1, 1, 1});
    assertThat(g).containsExactly(new double[] {1, 0.25, 0.5}, CLOSE);
  }

  @Test
  void countTheTighterEnd() {
    double[] g = ChannelFactors.of(List.of(extents(-4, 8, -1, 1, -4, 1)), new double[] {1, 1, 1});
    assertThat(g[0]).isEqualTo(1);
    assertThat(g[1]).isLessThan(0.3);
    assertThat(g[2]).isGreaterThan(0.6);
  }

  @Test
  void fitEveryValueThatIsScaledTogether() {
    double[] g =
        ChannelFactors.of(List.of(extents(0, 8, 0, 1), extents(0, 1, 0, 8)), new double[] {1, 1});
    assertThat(g).containsExactly(new double[] {1, 1}, CLOSE);
  }

  @Test
  void favourTheValuesThatMatter() {
    Extents a = extents(0, 8, 0, 1);
    Extents b = extents(0, 1, 0, 1);
    double[] even = ChannelFactors.of(List.of(a, b), new double[] {1, 1});
    double[] steep = ChannelFactors.of(List.of(a, b), new double[] {1, 1000});
    assertThat(steep[1]).isLessThanOrEqualTo(even[1]);
    assertThat(even[1]).isBetween(0.125, 1.0);
  }

  @Test
  void holdDeadChannelsNearTheOthers() {
    assertThat(ChannelFactors.of(List.of(extents(0, 8, 0, 0)), new double[] {1, 1}))
        .containsExactly(new double[] {1, 1.0 / 1024}, CLOSE);
    assertThat(ChannelFactors.of(List.of(extents(0, 0, 0, 0)), new double[] {1, 1}))
        .containsExactly(1, 1);
  }

  /** Pairs of low and high. */
  private static Extents extents(float... ends) {
    Extents e = new Extents(ends.length / 2);
    for (int c = 0; c < e.channels(); c++) {
      e.add(c, ends[2 * c], ends[2 * c + 1]);
    }
    return e;
  }
}

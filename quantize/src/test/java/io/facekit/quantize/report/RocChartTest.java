package io.facekit.quantize.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.quantize.drift.Embeddings;
import io.facekit.quantize.drift.Verification;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RocChartTest {
  /**
   * A set that is told apart perfectly has a flat curve, which once gave an axis without length.
   */
  @Test
  void perfectSeparation() {
    Embeddings.Builder b = Embeddings.builder(6, 3);
    for (int i = 0; i < 6; i++) {
      float[] v = new float[3];
      v[i / 2] = 1;
      v[(i + 1) / 2 % 3] += 0.01f;
      b.add("image" + i, Optional.of("id" + i / 2), v, 0);
    }
    Embeddings e = b.build();
    assertThat(RocChart.of(Verification.of(e, e)).toString()).contains("<svg");
  }
}

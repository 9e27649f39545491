package io.facekit.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.runtime.run.Latency.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyTest {
  private static final class Recorder implements Runner {
    private final String name;
    private final List<String> calls;

    Recorder(String name, List<String> calls) {
      this.name = name;
      this.calls = calls;
    }

    @Override
    public String runtime() {
      return "none";
    }

    @Override
    public ImageSize inputSize() {
      return new ImageSize(1, 2, 2);
    }

    @Override
    public float[] run(float[] input, int batch) {
      assertThat(input).hasSize(batch * 4);
      calls.add(name);
      return new float[batch];
    }

    @Override
    public void close() {}
  }

  @Test
  void rotatesTheOrderInsideTheRounds() {
    List<String> calls = new ArrayList<>();
    List<Subject> subjects =
        List.of(
            new Subject("a", new Recorder("a", calls)),
            new Subject("b", new Recorder("b", calls)),
            new Subject("c", new Recorder("c", calls)));
    assertThat(Latency.measure(subjects, 2, 1, 2))
        .extracting(Latency.Timing::name)
        .containsExactly("a", "b", "c");
    assertThat(String.join("", calls)).isEqualTo("cab" + "abc" + "bca");
  }

  @Test
  void takesRatiosInsideTheRounds() {
    Latency.Timing timing =
        Latency.timing("b", new long[] {20, 400, 6000}, new long[] {10, 200, 3000});
    assertThat(timing.ratioToFirst()).isEqualTo(2);
    assertThat(timing.median()).isEqualTo(Duration.ofNanos(400));
    assertThat(timing.p10()).isEqualTo(Duration.ofNanos(96));
    assertThat(timing.p90()).isEqualTo(Duration.ofNanos(4880));
  }
}

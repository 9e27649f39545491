package io.facekit.quantize.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.ExitCode;
import io.facekit.core.error.FacekitException;
import io.facekit.quantize.drift.GateLimits.TarDrop;
import io.facekit.quantize.drift.Gates.Measured;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatesTest {
  private static final CosineDrift COSINE =
      new CosineDrift(10, 0.99, 0.98, 0.95, List.of(), List.of());

  private static final GateLimits ALL =
      new GateLimits(0.99, 0.97, 0.9, List.of(new TarDrop(0.1, 1.0)), 1000L, 1.0);

  @Test
  void limitsAreInclusive() {
    GateLimits limits = new GateLimits(0.99, 0.98, 0.95, List.of(), 1000L, 0.5);
    assertThat(Gates.evaluate(limits, List.of(new Measured("a", COSINE, null, 1000L, 0.5))))
        .hasSize(5)
        .allMatch(GateResult::passed);
  }

  @Test
  void noLimitsNoResults() {
    assertThat(Gates.evaluate(GateLimits.NONE, List.of(new Measured("a", COSINE, null, 1L, null))))
        .isEmpty();
  }

  @Test
  void accuracyDecidesTheExitCodeBeforeBudget() {
    GateLimits limits = new GateLimits(0.995, null, null, List.of(), 10L, null);
    List<GateResult> results =
        Gates.evaluate(limits, List.of(new Measured("a.onnx", COSINE, null, 11L, null)));
    assertThat(new FacekitException(Gates.problems(results), null).exit())
        .isEqualTo(ExitCode.ACCURACY_GATE);
    assertThat(Gates.problems(results))
        .extracting(p -> p.id())
        .containsExactly(ErrorId.GATE_ACCURACY, ErrorId.GATE_BUDGET);
    assertThat(Gates.problems(results).get(0).at()).isEqualTo("a.onnx");
  }

  @Test
  void aBudgetAloneIsABudgetFailure() {
    GateLimits limits = new GateLimits(0.9, null, null, List.of(), null, 0.8);
    List<GateResult> results =
        Gates.evaluate(limits, List.of(new Measured("a", COSINE, null, 11L, 0.9)));
    assertThat(new FacekitException(Gates.problems(results), null).exit())
        .isEqualTo(ExitCode.BUDGET_GATE);
  }

  @Test
  void whatWasNotMeasuredFails() {
    List<GateResult> results =
        Gates.evaluate(ALL, List.of(new Measured("a", null, null, null, null)));
    assertThat(results).hasSize(6).noneMatch(GateResult::passed);
    assertThat(results).allMatch(r -> r.measured() == null && r.note() != null);
  }

  @Test
  void aFarThatCannotBeEstimatedFailsWithTheReason() {
    Embeddings faces = new Faces(20, 3, 16, 0.5, 1).reference();
    Verification same = Verification.of(faces, faces);
    GateLimits limits =
        new GateLimits(
            null,
            null,
            null,
            List.of(new TarDrop(1e-2, 0), new TarDrop(1e-5, 0.5), new TarDrop(0.3, 0)),
            null,
            null);
    List<GateResult> results =
        Gates.evaluate(limits, List.of(new Measured("a", null, same, null, null)));
    assertThat(results)
        .extracting(GateResult::name)
        .containsExactly("tarDropAtFar.1e-2", "tarDropAtFar.1e-5", "tarDropAtFar.3e-1");
    assertThat(results).extracting(GateResult::passed).containsExactly(true, false, false);
    assertThat(results.get(1).note()).contains("1710 impostor pairs", "needs 1000000");
  }
}

package io.facekit.quantize.drift;

import org.jspecify.annotations.Nullable;

/**
 * One gate, evaluated on one artifact.
 *
 * @param artifact file name
 * @param name as in the recipe, for example {@code cosineMean} or {@code tarDropAtFar.1e-4}
 * @param bound whether {@code measured} must be at least or at most {@code limit}
 * @param measured null when the figure could not be measured, which fails the gate
 * @param note why it could not be measured
 */
public record GateResult(
    String artifact,
    String name,
    Kind kind,
    Bound bound,
    double limit,
    @Nullable Double measured,
    boolean passed,
    @Nullable String note) {
  /** What a failure means for the process: exit code 10 or 11. */
  public enum Kind {
    ACCURACY,
    BUDGET
  }

  /** Direction of the limit, which is inclusive. */
  public enum Bound {
    AT_LEAST,
    AT_MOST
  }

  static GateResult of(
      String artifact, String name, Kind kind, Bound bound, double limit, double measured) {
    boolean passed = bound == Bound.AT_LEAST ? measured >= limit : measured <= limit;
    return new GateResult(artifact, name, kind, bound, limit, measured, passed, null);
  }

  static GateResult unmeasured(
      String artifact, String name, Kind kind, Bound bound, double limit, String note) {
    return new GateResult(artifact, name, kind, bound, limit, null, false, note);
  }
}

package io.facekit.quantize.drift;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.quantize.drift.GateLimits.TarDrop;
import io.facekit.quantize.drift.GateResult.Bound;
import io.facekit.quantize.drift.GateResult.Kind;
import io.facekit.quantize.drift.Verification.Estimate;
import io.facekit.quantize.drift.Verification.OperatingPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Compares what was measured on an artifact with what it must hold. */
public final class Gates {
  private static final String NO_COSINE = "cosine was not measured: no images";

  private Gates() {}

  /**
   * What was measured on one artifact; null means not measured, and a gate on it fails.
   *
   * @param artifact file name
   * @param latencyRatio relative to the FP32 artifact
   */
  public record Measured(
      String artifact,
      @Nullable CosineDrift cosine,
      @Nullable Verification verification,
      @Nullable Long sizeBytes,
      @Nullable Double latencyRatio) {}

  /** Evaluates every gate on every artifact, in the order of the artifacts and of the limits. */
  public static List<GateResult> evaluate(GateLimits limits, List<Measured> artifacts) {
    return artifacts.stream().flatMap(a -> evaluate(limits, a).stream()).toList();
  }

  /** The failed gates as problems, accuracy first, so that the first one decides the exit code. */
  public static List<Problem> problems(List<GateResult> results) {
    return results.stream()
        .filter(r -> !r.passed())
        .sorted(Comparator.comparing(GateResult::kind))
        .map(Gates::problem)
        .toList();
  }

  private static List<GateResult> evaluate(GateLimits limits, Measured m) {
    List<GateResult> results = new ArrayList<>();
    cosine(results, m, "cosineMean", limits.cosineMean(), CosineDrift::mean);
    cosine(results, m, "cosineP1", limits.cosineP1(), CosineDrift::p1);
    cosine(results, m, "cosineMin", limits.cosineMin(), CosineDrift::min);
    for (TarDrop drop : limits.tarDropAtFar()) {
      results.add(tarDrop(m, drop));
    }
    Long sizeMax = limits.sizeMaxBytes();
    if (sizeMax != null) {
      Long size = m.sizeBytes();
      results.add(budget(m, "sizeMaxBytes", sizeMax, size == null ? null : (double) size));
    }
    Double ratioMax = limits.latencyRatioMax();
    if (ratioMax != null) {
      results.add(budget(m, "latencyRatioMax", ratioMax, m.latencyRatio()));
    }
    return results;
  }

  private static void cosine(
      List<GateResult> results,
      Measured m,
      String name,
      @Nullable Double limit,
      ToDoubleFunction<CosineDrift> figure) {
    if (limit == null) {
      return;
    }
    CosineDrift cosine = m.cosine();
    results.add(
        cosine == null
            ? GateResult.unmeasured(
                m.artifact(), name, Kind.ACCURACY, Bound.AT_LEAST, limit, NO_COSINE)
            : GateResult.of(
                m.artifact(),
                name,
                Kind.ACCURACY,
                Bound.AT_LEAST,
                limit,
                figure.applyAsDouble(cosine)));
  }

  private static GateResult tarDrop(Measured m, TarDrop drop) {
    String name = "tarDropAtFar." + exponent(drop.far());
    Verification verification = m.verification();
    if (verification == null) {
      return tarUnmeasured(m, name, drop, "verification was not measured: no identities");
    }
    for (OperatingPoint point : verification.points()) {
      if (Math.abs(point.far() / drop.far() - 1) < 1e-9) {
        Estimate estimate = point.estimate();
        if (estimate == null) {
          return tarUnmeasured(m, name, drop, tooFew(point, verification));
        }
        double points = 100 * (estimate.reference().tar() - estimate.candidate().tar());
        return GateResult.of(
            m.artifact(), name, Kind.ACCURACY, Bound.AT_MOST, drop.maxPoints(), points);
      }
    }
    return tarUnmeasured(m, name, drop, "this FAR is not one of " + Verification.FARS);
  }

  private static String tooFew(OperatingPoint point, Verification verification) {
    return "not estimable: "
        + verification.genuinePairs()
        + " genuine and "
        + verification.impostorPairs()
        + " impostor pairs, needs "
        + point.impostorPairsNeeded()
        + " impostor pairs";
  }

  private static GateResult tarUnmeasured(Measured m, String name, TarDrop drop, String note) {
    return GateResult.unmeasured(
        m.artifact(), name, Kind.ACCURACY, Bound.AT_MOST, drop.maxPoints(), note);
  }

  private static GateResult budget(
      Measured m, String name, double limit, @Nullable Double measured) {
    return measured == null
        ? GateResult.unmeasured(
            m.artifact(), name, Kind.BUDGET, Bound.AT_MOST, limit, "was not measured")
        : GateResult.of(m.artifact(), name, Kind.BUDGET, Bound.AT_MOST, limit, measured);
  }

  private static Problem problem(GateResult gate) {
    ErrorId id = gate.kind() == Kind.ACCURACY ? ErrorId.GATE_ACCURACY : ErrorId.GATE_BUDGET;
    String bound = gate.bound() == Bound.AT_LEAST ? " at least " : " at most ";
    Double measured = gate.measured();
    return Problem.of(id, "gate " + gate.name() + " failed: must be" + bound + gate.limit())
        .at(gate.artifact())
        .found(measured == null ? String.valueOf(gate.note()) : measured.toString())
        .hint("the report lists the layers and images that lose most");
  }

  /** 1e-4 as people write it; Java says 1.0E-4. */
  private static String exponent(double far) {
    String text = String.format(Locale.ROOT, "%.6e", far);
    int e = text.indexOf('e');
    String mantissa = text.substring(0, e).replaceFirst("\\.?0+$", "");
    return mantissa + "e" + Integer.parseInt(text.substring(e + 1));
  }
}

package io.facekit.quantize.job;

import io.facekit.core.Facekit;
import io.facekit.core.error.FacekitException;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Target;
import io.facekit.quantize.drift.CosineDrift;
import io.facekit.quantize.drift.Embeddings;
import io.facekit.quantize.drift.GateLimits;
import io.facekit.quantize.drift.GateResult;
import io.facekit.quantize.drift.Gates;
import io.facekit.quantize.drift.Verification;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.plan.LayerPlan;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.quantize.recipe.Recipe;
import io.facekit.quantize.report.Report;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts what was decided and measured into a report, and judges it by the recipe's gates. */
final class ReportAssembly {
  private ReportAssembly() {}

  static Report assemble(
      SourceModel model,
      Recipe recipe,
      QuantPlan plan,
      List<Built> built,
      Evaluation evaluated,
      Report.Calibration calibration,
      Map<String, Range> ranges,
      Map<String, Double> differences) {
    Built reference = built.get(0);
    Embeddings exact = Objects.requireNonNull(evaluated.embeddings().get(reference.name()));
    List<String> warnings = new ArrayList<>(model.notes());
    warnings.addAll(plan.warnings());
    List<Built> candidates = built.stream().filter(b -> !b.isFloat()).toList();
    List<Report.ArtifactCosine> cosines = new ArrayList<>();
    List<Report.ArtifactVerification> verifications = new ArrayList<>();
    List<GateResult> gates = new ArrayList<>();
    for (Built b : candidates) {
      Embeddings e = Objects.requireNonNull(evaluated.embeddings().get(b.name()));
      CosineDrift cosine = CosineDrift.of(exact, e);
      cosines.add(new Report.ArtifactCosine(b.name(), cosine));
      Optional<Verification> verification = verification(exact, e, warnings);
      verification.ifPresent(v -> verifications.add(new Report.ArtifactVerification(b.name(), v)));
      gates.addAll(
          Gates.evaluate(
              limits(recipe, b.target()),
              List.of(
                  new Gates.Measured(
                      b.name(),
                      cosine,
                      verification.orElse(null),
                      b.sizeBytes(),
                      ratio(evaluated.latency().get(b.name()))))));
    }
    List<Report.Agreement> agreement = agreement(candidates, evaluated);
    recipe
        .agreementMean()
        .ifPresent(limit -> agreement.forEach(a -> gates.add(agreementGate(a, limit))));
    if (recipe.evaluation().isEmpty()) {
      warnings.add("no evaluation set is given: drift was measured on the calibration images");
    }
    return new Report(
        Report.SCHEMA_VERSION,
        Facekit.VERSION,
        new Report.Model(
            String.valueOf(model.file().getFileName()),
            Digests.sha256(model.file()),
            model.kind().label(),
            model.parameters(),
            GraphFacts.macs(model.graph()),
            recipe.contract()),
        built.stream()
            .filter(b -> !(b.isFloat() && b.target().isTflite()))
            .map(b -> artifact(b, evaluated, differences.get(b.name())))
            .toList(),
        gates,
        cosines,
        verifications,
        layers(plan, candidates, evaluated, ranges),
        evaluated.layers().fusion(),
        evaluated.layers().delegation(),
        calibration,
        agreement,
        recipe.canonical(),
        warnings.stream().distinct().toList(),
        "facekit quantize --config " + recipe.file().getFileName());
  }

  private static Report.Artifact artifact(
      Built b, Evaluation evaluated, @Nullable Double difference) {
    return new Report.Artifact(
        b.name(),
        b.target().id(),
        b.precision(),
        b.sizeBytes(),
        b.sha256(),
        evaluated.latency().get(b.name()),
        Proof.BATCHES,
        difference);
  }

  private static Optional<Verification> verification(
      Embeddings reference, Embeddings candidate, List<String> warnings) {
    try {
      Verification v = Verification.of(reference, candidate);
      if (v.genuinePairs() > 0 && v.impostorPairs() > 0) {
        return Optional.of(v);
      }
    } catch (FacekitException e) {
      warnings.add(String.valueOf(e.getMessage()));
    }
    warnings.add(
        "the evaluation images name no identities with several images: no verification figures");
    return Optional.empty();
  }

  private static @Nullable Double ratio(Report.@Nullable Latency latency) {
    return latency == null ? null : latency.ratioToFp32();
  }

  private static GateLimits limits(Recipe recipe, Target target) {
    GateLimits g = recipe.gates();
    Long size = recipe.sizeMaxBytes().get(target);
    return new GateLimits(
        g.cosineMean(),
        g.cosineP1(),
        g.cosineMin(),
        g.tarDropAtFar(),
        size == null ? g.sizeMaxBytes() : size,
        g.latencyRatioMax());
  }

  /** Of artifacts that compute with the same integers: each with the first of those. */
  private static List<Report.Agreement> agreement(List<Built> candidates, Evaluation evaluated) {
    List<Report.Agreement> out = new ArrayList<>();
    Map<Target.Arithmetic, Built> firsts = new EnumMap<>(Target.Arithmetic.class);
    for (Built second : candidates) {
      Built first = firsts.putIfAbsent(second.target().arithmetic(), second);
      if (first == null) {
        continue;
      }
      CosineDrift c =
          CosineDrift.of(
              Objects.requireNonNull(evaluated.embeddings().get(first.name())),
              Objects.requireNonNull(evaluated.embeddings().get(second.name())));
      out.add(new Report.Agreement(first.name(), second.name(), c.images(), c.mean(), c.min()));
    }
    return out;
  }

  private static GateResult agreementGate(Report.Agreement a, double limit) {
    return new GateResult(
        a.second(),
        "agreementMean",
        GateResult.Kind.ACCURACY,
        GateResult.Bound.AT_LEAST,
        limit,
        a.cosineMean(),
        a.cosineMean() >= limit,
        "against " + a.first());
  }

  private static List<Report.Layer> layers(
      QuantPlan plan, List<Built> candidates, Evaluation evaluated, Map<String, Range> ranges) {
    List<Report.Layer> out = new ArrayList<>();
    TargetPlan first = candidates.get(0).plan();
    Map<String, Node> nodes = new LinkedHashMap<>();
    first.graph().nodes().forEach(n -> nodes.put(n.name(), n));
    for (LayerPlan l : plan.layers()) {
      Precision applied = first.precisions().getOrDefault(l.layer(), Precision.FP32);
      Range range = ranges.get(l.layer());
      out.add(
          new Report.Layer(
              l.layer(),
              l.type(),
              l.requested(),
              applied,
              reason(l, candidates),
              evaluated.layers().isolatedDb().get(l.layer()),
              evaluated.layers().accumulatedDb().get(l.layer()),
              range == null ? null : new Report.Range(range.min(), range.max()),
              sizeBytes(nodes.get(l.layer()), applied)));
    }
    return out;
  }

  private static String reason(LayerPlan l, List<Built> candidates) {
    StringBuilder text = new StringBuilder(l.reason());
    for (Built b : candidates) {
      String refusal = b.plan().refusals().get(l.layer());
      if (refusal != null) {
        text.append(text.isEmpty() ? "" : "; ")
            .append(b.target().id())
            .append(": stays float, ")
            .append(refusal);
      }
    }
    return text.toString();
  }

  private static long sizeBytes(@Nullable Node n, Precision applied) {
    if (n == null) {
      return 0;
    }
    int perElement =
        switch (applied) {
          case INT8, INT8_WEIGHTS -> 1;
          case FP16 -> 2;
          case FP32 -> 4;
        };
    return n.inputs().stream()
        .filter(Value::isConstant)
        .mapToLong(v -> (long) v.data().elements() * perElement)
        .sum();
  }
}

package io.facekit.quantize.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.quant.Target;
import io.facekit.quantize.drift.GateLimits;
import io.facekit.quantize.drift.GateLimits.TarDrop;
import io.facekit.quantize.drift.Verification;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the gates of a document that keeps the schema. */
final class GatesBinder {
  private static final String FARS = "/gates/tarDropAtFar";

  private final Document document;
  private final Problems problems;
  private final Set<Target> targets;
  private final JsonNode gates;

  GatesBinder(Document document, Problems problems, Set<Target> targets) {
    this.document = document;
    this.problems = problems;
    this.targets = targets;
    this.gates = document.root().path("gates");
  }

  /** All but the sizes and the agreement of the artifacts with each other. */
  GateLimits limits() {
    return new GateLimits(
        number("cosineMean"),
        number("cosineP1"),
        number("cosineMin"),
        tarDrops(),
        null,
        number("latencyRatioMax"));
  }

  Optional<Double> agreementMean() {
    return Optional.ofNullable(number("agreementMean"));
  }

  /** By target, in the order of {@link Target}. */
  Map<Target, Long> sizes() {
    Map<Target, Long> sizes = new EnumMap<>(Target.class);
    JsonNode node = gates.path("sizeMaxBytes");
    for (Target target : Target.values()) {
      JsonNode size = node.isNumber() ? node : node.path(target.id());
      if (size.isMissingNode()) {
        continue;
      }
      if (targets.contains(target)) {
        sizes.put(target, size.longValue());
      } else if (node.isObject()) {
        problems.add(
            Problem.of(ErrorId.RECIPE_VALUE, "a size for a target that the recipe does not build")
                .at(document.atKey("/gates/sizeMaxBytes/" + target.id()))
                .hint("add '" + target.id() + "' to 'targets', or leave the size out"));
      }
    }
    return sizes;
  }

  private @Nullable Double number(String key) {
    JsonNode node = gates.path(key);
    return node.isMissingNode() ? null : node.doubleValue();
  }

  private List<TarDrop> tarDrops() {
    Map<Double, String> seen = new HashMap<>();
    List<TarDrop> drops = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : gates.path("tarDropAtFar").properties()) {
      String key = entry.getKey();
      String at = document.atKey(Document.child(FARS, key));
      double far = Double.parseDouble(key);
      String before = seen.putIfAbsent(far, key);
      if (!Verification.FARS.contains(far)) {
        problems.add(
            Problem.of(ErrorId.RECIPE_VALUE, "TAR is measured at FAR 1e-1, 1e-2 … 1e-5 only")
                .at(at)
                .found(Shown.text(key)));
      } else if (before != null) {
        problems.add(
            Problem.of(ErrorId.RECIPE_KEY, "the same FAR is given twice")
                .at(at)
                .found(Shown.text(before) + " and " + Shown.text(key)));
      } else {
        drops.add(new TarDrop(far, entry.getValue().doubleValue()));
      }
    }
    drops.sort(Comparator.comparingDouble(TarDrop::far).reversed());
    return drops;
  }
}

package io.facekit.quantize.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.quant.Target;
import io.facekit.core.quant.TensorIo;
import io.facekit.quantize.drift.GateLimits;
import io.facekit.quantize.observe.RangeMethod;
import io.facekit.quantize.recipe.Recipe.ImageSet;
import io.facekit.runtime.face.Preprocessing;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns a document that keeps the schema into a recipe, and checks what the schema cannot. */
final class RecipeBinder {
  private static final int DEFAULT_SAMPLES = 512;

  private final Document document;
  private final Path file;
  private final Problems problems;
  private final JsonNode root;

  RecipeBinder(Document document, Path file, Problems problems) {
    this.document = document;
    this.file = file;
    this.problems = problems;
    this.root = document.root();
  }

  /** The recipe; throws when anything was wrong here or before. */
  Recipe bind() {
    Optional<Path> model = path("/model");
    Optional<Path> output = path("/output");
    Optional<Preprocessing> preprocessing = new PreprocessingBinder(document, problems).bind();
    Optional<ImageSet> calibration = calibration();
    Methods methods =
        new Methods(
            ranges(),
            isOn("equalization"),
            isOn("sharedScales"),
            isOn("adaptiveRounding"),
            isOn("biasCorrection"));
    Optional<ImageSet> evaluation = images("/evaluation");
    PrecisionBinder precision = new PrecisionBinder(document, problems).bind();
    Set<Target> targets = targets();
    GatesBinder gatesBinder = new GatesBinder(document, problems, targets);
    GateLimits gates = gatesBinder.limits();
    Map<Target, Long> sizes = gatesBinder.sizes();
    problems.throwIfAny();
    Recipe recipe =
        new Recipe(
            file,
            model,
            preprocessing,
            calibration.orElseThrow(),
            methods,
            evaluation,
            precision.byDefault(),
            precision.rules(),
            List.copyOf(targets),
            TensorIo.ofId(root.path("io").asText(TensorIo.FLOAT32.id())),
            gates,
            sizes,
            gatesBinder.agreementMean(),
            output,
            "");
    return CanonicalJson.addTo(recipe);
  }

  private Optional<Path> path(String pointer) {
    JsonNode node = root.at(pointer);
    return node.isMissingNode() ? Optional.empty() : resolve(node.textValue(), pointer);
  }

  private Optional<Path> resolve(String text, String pointer) {
    try {
      return Optional.of(file.resolveSibling(text).normalize());
    } catch (InvalidPathException e) {
      problems.add(Problem.of(ErrorId.RECIPE_VALUE, "this is no path").at(document.at(pointer)));
      return Optional.empty();
    }
  }

  /** The folder that the schema requires, with the number of samples filled in. */
  private Optional<ImageSet> calibration() {
    return images("/calibration")
        .map(
            given ->
                new ImageSet(
                    given.images(),
                    given.firstIdentities(),
                    given.lastIdentities(),
                    given.samples().or(() -> Optional.of(DEFAULT_SAMPLES))));
  }

  private Optional<ImageSet> images(String pointer) {
    JsonNode node = root.at(pointer);
    return path(pointer + "/images")
        .map(
            images ->
                new ImageSet(
                    images,
                    integer(node.at("/identities/first")),
                    integer(node.at("/identities/last")),
                    integer(node.path("samples"))));
  }

  private static Optional<Integer> integer(JsonNode node) {
    return node.isMissingNode() ? Optional.empty() : Optional.of(node.intValue());
  }

  private boolean isOn(String method) {
    return root.at("/calibration/" + method).asBoolean(true);
  }

  private RangeMethod ranges() {
    String id = root.at("/calibration/ranges").asText("mse");
    JsonNode percentile = methodKey("percentile", "percentile", id);
    JsonNode norm = methodKey("lpNorm", "lp", id);
    return switch (id) {
      case "minmax" -> new RangeMethod.MinMax();
      case "moving-average" -> new RangeMethod.BatchAverage();
      case "percentile" ->
          new RangeMethod.Percentile(percentile.asDouble(RangeMethod.Percentile.DEFAULT));
      case "lp" -> new RangeMethod.Lp(norm.asDouble(RangeMethod.Lp.DEFAULT));
      case "auto" -> new RangeMethod.Auto();
      case "entropy" -> new RangeMethod.Entropy();
      default -> new RangeMethod.Mse();
    };
  }

  /** A key that only one range method reads. */
  private JsonNode methodKey(String key, String method, String chosen) {
    JsonNode node = root.at("/calibration/" + key);
    if (!node.isMissingNode() && !chosen.equals(method)) {
      problems.add(
          Problem.of(ErrorId.RECIPE_VALUE, "'" + key + "' has no effect with ranges: " + chosen)
              .at(document.atKey("/calibration/" + key))
              .hint("write ranges: " + method + ", or leave '" + key + "' out"));
    }
    return node;
  }

  private Set<Target> targets() {
    if (!root.has("targets")) {
      return EnumSet.of(Target.ORT_X86, Target.TFLITE_XNNPACK);
    }
    Set<Target> targets = EnumSet.noneOf(Target.class);
    for (Target target : Target.values()) {
      for (JsonNode id : root.path("targets")) {
        if (id.textValue().equals(target.id())) {
          targets.add(target);
        }
      }
    }
    return targets;
  }
}

package io.facekit.quantize.recipe;

import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Target;
import io.facekit.quantize.drift.GateLimits;
import io.facekit.quantize.observe.RangeMethod;
import io.facekit.quantize.recipe.Recipe.ImageSet;
import io.facekit.quantize.select.Rule;
import io.facekit.quantize.select.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a recipe as JSON that depends on nothing but what the recipe means: sorted keys, all
 * defaults, no paths. With the folders of images put back it is a recipe that means the same.
 */
final class CanonicalJson {
  private CanonicalJson() {}

  /** The same recipe with its canonical text. */
  static Recipe addTo(Recipe r) {
    return new Recipe(
        r.file(),
        r.model(),
        r.preprocessing(),
        r.calibration(),
        r.methods(),
        r.evaluation(),
        r.byDefault(),
        r.rules(),
        r.targets(),
        r.io(),
        r.gates(),
        r.sizeMaxBytes(),
        r.agreementMean(),
        r.output(),
        write(r));
  }

  private static String write(Recipe recipe) {
    return PreprocessingJson.write(tree(recipe));
  }

  static Map<String, Object> tree(Recipe recipe) {
    Map<String, Object> tree = new TreeMap<>();
    recipe.preprocessing().ifPresent(p -> tree.put("preprocessing", PreprocessingJson.tree(p)));
    Map<String, Object> calibration = images(recipe.calibration());
    Methods methods = recipe.methods();
    calibration.put("ranges", methods.ranges().id());
    calibration.put("equalization", methods.equalization());
    calibration.put("sharedScales", methods.sharedScales());
    calibration.put("adaptiveRounding", methods.adaptiveRounding());
    calibration.put("biasCorrection", methods.biasCorrection());
    if (methods.ranges() instanceof RangeMethod.Percentile p) {
      calibration.put("percentile", p.percent());
    }
    if (methods.ranges() instanceof RangeMethod.Lp lp) {
      calibration.put("lpNorm", lp.norm());
    }
    tree.put("calibration", calibration);
    recipe.evaluation().ifPresent(set -> tree.put("evaluation", images(set)));
    putPrecision(tree, recipe.byDefault(), recipe.rules());
    tree.put("targets", recipe.targets().stream().map(Target::id).toList());
    tree.put("io", recipe.io().id());
    tree.put("gates", gates(recipe));
    return tree;
  }

  private static Map<String, Object> images(ImageSet set) {
    Map<String, Object> identities = new TreeMap<>();
    set.firstIdentities().ifPresent(n -> identities.put("first", n));
    set.lastIdentities().ifPresent(n -> identities.put("last", n));
    Map<String, Object> tree = new TreeMap<>();
    if (!identities.isEmpty()) {
      tree.put("identities", identities);
    }
    set.samples().ifPresent(n -> tree.put("samples", n));
    return tree;
  }

  /** The short form if the rules came from it, because its names have no long form. */
  private static void putPrecision(
      Map<String, Object> tree, Precision byDefault, List<Rule> rules) {
    if (rules.stream().anyMatch(rule -> rule.select() instanceof Selector.Loose)) {
      tree.put("sensitive_layers", rules.stream().map(rule -> rule.select().text()).toList());
      tree.put("activations", byDefault.id());
      tree.put("weights", byDefault.id());
      return;
    }
    List<Object> list = new ArrayList<>();
    for (Rule rule : rules) {
      Map<String, Object> entry = new TreeMap<>();
      entry.put("select", rule.select().text());
      entry.put("precision", rule.precision().id());
      entry.put("reason", rule.reason());
      list.add(entry);
    }
    Map<String, Object> precision = new TreeMap<>();
    precision.put("default", byDefault.id());
    precision.put("rules", list);
    tree.put("precision", precision);
  }

  private static Object gates(Recipe recipe) {
    GateLimits gates = recipe.gates();
    Map<String, Object> tree = new TreeMap<>();
    put(tree, "cosineMean", gates.cosineMean());
    put(tree, "cosineP1", gates.cosineP1());
    put(tree, "cosineMin", gates.cosineMin());
    put(tree, "agreementMean", recipe.agreementMean().orElse(null));
    put(tree, "latencyRatioMax", gates.latencyRatioMax());
    Map<String, Double> drops = new TreeMap<>();
    gates
        .tarDropAtFar()
        .forEach(drop -> drops.put("1e" + Math.round(Math.log10(drop.far())), drop.maxPoints()));
    tree.put("tarDropAtFar", drops);
    Map<String, Long> sizes = new TreeMap<>();
    recipe.sizeMaxBytes().forEach((target, bytes) -> sizes.put(target.id(), bytes));
    tree.put("sizeMaxBytes", sizes);
    return tree;
  }

  private static void put(Map<String, Object> tree, String key, @Nullable Double value) {
    if (value != null) {
      tree.put(key, value);
    }
  }
}

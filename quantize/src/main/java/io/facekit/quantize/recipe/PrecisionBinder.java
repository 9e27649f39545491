package io.facekit.quantize.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.quant.Precision;
import io.facekit.quantize.select.Rule;
import io.facekit.quantize.select.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads which layers get which precision, from the long form or the short one. */
final class PrecisionBinder {
  private final Document document;
  private final Problems problems;
  private final JsonNode root;
  private final List<Rule> rules = new ArrayList<>();
  private Precision byDefault = Precision.INT8;

  PrecisionBinder(Document document, Problems problems) {
    this.document = document;
    this.problems = problems;
    this.root = document.root();
  }

  PrecisionBinder bind() {
    bindShortForm();
    JsonNode list = root.at("/precision/rules");
    for (int i = 0; i < list.size(); i++) {
      JsonNode rule = list.get(i);
      String at = "/precision/rules/" + i + "/select";
      Precision precision = precision(rule.path("precision"));
      selector(at, Selector::parse)
          .ifPresent(s -> rules.add(new Rule(s, precision, rule.path("reason").asText(""), at)));
    }
    byDefault = defaultPrecision();
    return this;
  }

  List<Rule> rules() {
    return rules;
  }

  Precision byDefault() {
    return byDefault;
  }

  private void bindShortForm() {
    JsonNode names = root.path("sensitive_layers");
    for (int i = 0; i < names.size(); i++) {
      String at = "/sensitive_layers/" + i;
      selector(at, Selector::sensitive)
          .ifPresent(s -> rules.add(new Rule(s, Precision.FP16, "sensitive layer", at)));
    }
  }

  private Precision defaultPrecision() {
    JsonNode weights = root.path("weights");
    JsonNode activations = root.path("activations");
    boolean both = !weights.isMissingNode() && !activations.isMissingNode();
    if (both && !weights.equals(activations)) {
      problems.add(
          Problem.of(ErrorId.RECIPE_VALUE, "weights and activations need the same precision")
              .at(document.at("/weights"))
              .found(Shown.value(weights))
              .hint("write " + Shown.text(activations.asText()) + ", as for the activations"));
    }
    if (!weights.isMissingNode()) {
      return precision(weights);
    }
    return precision(activations.isMissingNode() ? root.at("/precision/default") : activations);
  }

  private static Precision precision(JsonNode node) {
    return Precision.ofId(node.asText(Precision.INT8.id()));
  }

  private Optional<Selector> selector(String pointer, Function<String, Selector> parse) {
    try {
      return Optional.of(parse.apply(root.at(pointer).asText()));
    } catch (FacekitException e) {
      for (Problem problem : e.problems()) {
        String found = String.valueOf(problem.found());
        problems.add(problem.at(document.at(pointer)).found(Shown.plain(found)));
      }
      return Optional.empty();
    }
  }
}

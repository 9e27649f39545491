package io.facekit.quantize.select;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.quant.Precision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the rules of a recipe say about the layers of a model.
 *
 * @param choices one per layer, in the order of the layers
 * @param withoutEffect rules that match only layers which earlier rules have taken
 */
public record Selection(List<Choice> choices, List<Rule> withoutEffect) {
  /** The first rule that matches a layer; empty when the default applies. */
  public record Choice(Layer layer, Precision precision, Optional<Rule> rule) {
    /** Why the layer has its precision, in a few words. */
    public String reason() {
      return rule.map(r -> r.reason().isEmpty() ? r.select().text() : r.reason()).orElse("default");
    }
  }

  public Selection {
    choices = List.copyOf(choices);
    withoutEffect = List.copyOf(withoutEffect);
  }

  /**
   * Applies the rules; for each layer the first that matches wins.
   *
   * @throws io.facekit.core.error.FacekitException with one {@code RECIPE_SELECTOR} problem for
   *     each rule that matches no layer at all
   */
  public static Selection apply(List<Rule> rules, Precision byDefault, List<Layer> layers) {
    Problems problems = new Problems();
    List<Set<Layer>> matched = new ArrayList<>();
    for (Rule rule : rules) {
      matched.add(match(rule, layers, problems));
    }
    problems.throwIfAny();
    List<Choice> choices = new ArrayList<>();
    boolean[] used = new boolean[rules.size()];
    for (Layer layer : layers) {
      int first = 0;
      while (first < rules.size() && !matched.get(first).contains(layer)) {
        first++;
      }
      if (first == rules.size()) {
        choices.add(new Choice(layer, byDefault, Optional.empty()));
      } else {
        Rule rule = rules.get(first);
        used[first] = true;
        choices.add(new Choice(layer, rule.precision(), Optional.of(rule)));
      }
    }
    List<Rule> unused = new ArrayList<>();
    for (int i = 0; i < used.length; i++) {
      if (!used[i]) {
        unused.add(rules.get(i));
      }
    }
    return new Selection(choices, unused);
  }

  private static Set<Layer> match(Rule rule, List<Layer> layers, Problems problems) {
    try {
      Set<Layer> matched = new HashSet<>(rule.select().select(layers));
      if (matched.isEmpty()) {
        problems.add(
            Problem.of(ErrorId.RECIPE_SELECTOR, "the selector matches no layer")
                .at(rule.at())
                .found("'" + rule.select().text() + "'")
                .hint(NoMatch.hint(rule.select(), layers)));
      }
      return matched;
    } catch (BoundedRegex.TooSlow e) {
      problems.add(
          Problem.of(ErrorId.RECIPE_SELECTOR, "the regular expression backtracks too much")
              .at(rule.at())
              .found("'" + rule.select().text() + "'")
              .hint("avoid nested repetition, or use a name pattern such as conv_3.**"));
      return Set.of();
    }
  }
}

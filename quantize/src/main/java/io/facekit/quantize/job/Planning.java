package io.facekit.quantize.job;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.op.Conv;
import io.facekit.quantize.plan.LayerPlan;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.recipe.Recipe;
import io.facekit.quantize.select.Layer;
import io.facekit.quantize.select.Rule;
import io.facekit.quantize.select.Selection;
import java.util.List;

/** From the rules of a recipe to the precision of every layer. */
final class Planning {
  private Planning() {}

  static QuantPlan plan(Graph canonical, Recipe recipe) {
    List<Layer> layers =
        canonical.nodes().stream()
            .filter(n -> n.name().equals(n.layer()))
            .map(Planning::layer)
            .toList();
    Selection selection = Selection.apply(recipe.rules(), recipe.byDefault(), layers);
    return new QuantPlan(
        selection.choices().stream()
            .map(
                c -> new LayerPlan(c.layer().name(), c.layer().opType(), c.precision(), c.reason()))
            .toList(),
        selection.withoutEffect().stream().map(Planning::warning).toList());
  }

  private static String warning(Rule rule) {
    return "the rule '"
        + rule.select().text()
        + "' has no effect: earlier rules take all of its layers";
  }

  static Layer layer(Node n) {
    boolean depthwise = n.op() instanceof Conv c && c.isDepthwise(n.input(1));
    return new Layer(n.name(), n.op().type(), depthwise);
  }
}

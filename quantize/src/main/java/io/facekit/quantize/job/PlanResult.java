package io.facekit.quantize.job;

import io.facekit.core.error.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@link Jobs#plan} has found.
 *
 * @param recipe the file with the rules found
 * @param rules the selectors in it, with their reasons
 * @param missed why the budget is not kept; empty if it is
 */
public record PlanResult(
    Path recipe, List<Rule> rules, List<Figure> figures, List<Problem> missed) {
  /** Layers that become FP16, and why. */
  public record Rule(String select, String reason) {}

  public PlanResult {
    rules = List.copyOf(rules);
    figures = List.copyOf(figures);
    missed = List.copyOf(missed);
  }
}

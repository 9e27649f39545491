package io.facekit.quantize.job;

import io.facekit.core.error.Problem;
import io.facekit.core.quant.Precision;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@link Jobs#plan} has found.
 *
 * @param files the recipe with the rules found, and its tables as JSON and HTML
 * @param rules the selectors in it, with their reasons
 * @param missed why the budget is not kept; empty if it is
 */
public record PlanResult(
    List<Path> files, List<Rule> rules, List<Figure> figures, List<Problem> missed) {
  /** Layers that do not stay INT8, what they become, and why. */
  public record Rule(String select, Precision precision, String reason) {}

  public PlanResult {
    files = List.copyOf(files);
    rules = List.copyOf(rules);
    figures = List.copyOf(figures);
    missed = List.copyOf(missed);
  }
}

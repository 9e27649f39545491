package io.facekit.quantize.job;

import io.facekit.core.error.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Jobs#quantize} has published, and what it measured.
 *
 * @param directory of the artifacts; a folder for rejected ones when a gate failed
 * @param report the page to open first
 * @param failedGates what keeps the artifacts from being released; empty when all gates pass
 */
public record QuantizeResult(
    Path directory,
    List<Artifact> artifacts,
    List<Check> checks,
    List<Figure> figures,
    List<Check> gates,
    Optional<Path> report,
    List<Problem> failedGates) {
  public QuantizeResult {
    artifacts = List.copyOf(artifacts);
    checks = List.copyOf(checks);
    figures = List.copyOf(figures);
    gates = List.copyOf(gates);
    failedGates = List.copyOf(failedGates);
  }
}

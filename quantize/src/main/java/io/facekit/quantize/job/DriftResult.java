package io.facekit.quantize.job;

import io.facekit.core.error.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Jobs#drift} measured.
 *
 * @param report the page, when an output folder was asked for
 * @param failedGates empty when all gates pass
 */
public record DriftResult(
    List<Figure> figures, List<Check> gates, Optional<Path> report, List<Problem> failedGates) {
  public DriftResult {
    figures = List.copyOf(figures);
    gates = List.copyOf(gates);
    failedGates = List.copyOf(failedGates);
  }
}

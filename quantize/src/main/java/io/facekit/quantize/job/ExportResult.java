package io.facekit.quantize.job;

import java.util.List;

/** What {@link Jobs#export} has published, and how it was proven. */
public record ExportResult(Artifact artifact, List<Check> checks) {
  public ExportResult {
    checks = List.copyOf(checks);
  }
}

package io.facekit.quantize.job;

import io.facekit.core.error.FacekitException;
import io.facekit.quantize.Progress;

/**
 * What facekit can do, one method per verb. Every method throws {@link FacekitException} with all
 * problems of the stage that failed, and then has published nothing. A failed gate is not an
 * exception but part of the result.
 */
public interface Jobs {
  ExportResult export(ExportRequest request, Progress progress);

  QuantizeResult quantize(QuantizeRequest request, Progress progress);

  PlanResult plan(PlanRequest request, Progress progress);

  DriftResult drift(DriftRequest request, Progress progress);

  InspectResult inspect(InspectRequest request, Progress progress);
}

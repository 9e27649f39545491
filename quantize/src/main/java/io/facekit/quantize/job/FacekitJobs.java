package io.facekit.quantize.job;

import io.facekit.quantize.Progress;

/** The real jobs. */
public final class FacekitJobs implements Jobs {
  @Override
  public ExportResult export(ExportRequest request, Progress progress) {
    return ExportJob.run(request, progress);
  }

  @Override
  public QuantizeResult quantize(QuantizeRequest request, Progress progress) {
    return QuantizeJob.run(request, progress);
  }

  @Override
  public PlanResult plan(PlanRequest request, Progress progress) {
    return PlanJob.run(request, progress);
  }

  @Override
  public DriftResult drift(DriftRequest request, Progress progress) {
    return DriftJob.run(request, progress);
  }

  @Override
  public InspectResult inspect(InspectRequest request, Progress progress) {
    return InspectJob.run(request, progress);
  }
}

package io.facekit.quantize.job;

import io.facekit.core.torch.ModelKind;
import io.facekit.quantize.Progress;

/** What a model file holds. */
final class InspectJob {
  private InspectJob() {}

  static InspectResult run(InspectRequest request, Progress progress) {
    ModelKind kind = ModelKind.detect(request.model());
    return switch (kind) {
      case ONNX -> OnnxInspection.of(request);
      case TFLITE -> TfliteInspection.of(request);
      default -> TorchInspection.of(request, kind, progress);
    };
  }
}

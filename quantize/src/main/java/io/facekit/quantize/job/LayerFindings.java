package io.facekit.quantize.job;

import io.facekit.core.Facekit;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problems;
import io.facekit.core.quant.Target;
import io.facekit.core.tflite.Delegate;
import io.facekit.core.tflite.DelegateLint;
import io.facekit.core.tflite.Delegation;
import io.facekit.quantize.Progress;
import io.facekit.quantize.audit.FusionAuditor;
import io.facekit.quantize.audit.LayerErrors;
import io.facekit.quantize.recipe.Recipe;
import io.facekit.quantize.report.Report;
import io.facekit.runtime.face.FaceBatch;
import io.facekit.runtime.face.FaceLoader;
import io.facekit.runtime.face.FaceSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was found out layer by layer of the quantized artifacts; decibels of the first ONNX one.
 *
 * @param fusion what ONNX Runtime makes of each ONNX artifact
 * @param delegation what its delegate takes of each TFLite artifact
 * @param isolatedDb signal-to-quantization-noise ratio of each INT8 node alone
 * @param accumulatedDb the same in the whole model
 */
record LayerFindings(
    List<Report.FusionAudit> fusion,
    List<Report.DelegateAudit> delegation,
    Map<String, Double> isolatedDb,
    Map<String, Double> accumulatedDb) {
  /** Enough for stable decibels; each costs two runs with all values shown. */
  private static final int IMAGES = 16;

  /**
   * @throws FacekitException VERIFY_FUSION for all layers that the runtime did not make integer
   */
  static LayerFindings of(List<Built> built, FaceSet faces, Recipe recipe, Progress progress) {
    progress.stage("find the layers", 0);
    Map<String, Double> isolated = new LinkedHashMap<>();
    Map<String, Double> accumulated = new LinkedHashMap<>();
    List<Report.FusionAudit> fusion = new ArrayList<>();
    List<Report.DelegateAudit> delegation = new ArrayList<>();
    Problems problems = new Problems();
    for (Built b : built) {
      if (!b.isFloat() && !b.target().isTflite()) {
        if (fusion.isEmpty()) {
          measure(b, faces.sample(IMAGES), recipe, isolated, accumulated);
        }
        Report.FusionAudit audit =
            FusionAuditor.audit(b.name(), ArtifactFiles.bytes(b.file()), b.plan());
        FusionAuditor.problems(audit, b.plan()).forEach(problems::add);
        fusion.add(audit);
      }
      if (!b.isFloat() && b.target().isTflite()) {
        delegation.add(audit(b));
      }
    }
    problems.throwIfAny();
    return new LayerFindings(fusion, delegation, isolated, accumulated);
  }

  private static Report.DelegateAudit audit(Built b) {
    Delegation d =
        DelegateLint.of(ByteBuffer.wrap(ArtifactFiles.bytes(b.file())), delegate(b.target()));
    return new Report.DelegateAudit(
        b.name(),
        d.delegate().id(),
        d.verdicts().size(),
        d.taken(),
        d.partitions(),
        d.verdicts().stream()
            .filter(v -> !v.isTaken())
            .map(v -> new Report.Leftover(v.output(), v.operator(), String.valueOf(v.refusal())))
            .toList());
  }

  private static Delegate delegate(Target target) {
    return switch (target) {
      case TFLITE_XNNPACK -> Delegate.XNNPACK;
      case TFLITE_GPU -> Delegate.GPU;
      case TFLITE_NNAPI -> Delegate.NNAPI;
      case TFLITE_HEXAGON -> Delegate.HEXAGON;
      case TFLITE_EDGETPU -> Delegate.EDGETPU;
      case ONNX, ORT_X86, ORT_X86_AVX2, ORT_ARM, TENSORRT_LIKE ->
          throw new IllegalArgumentException(target.id());
    };
  }

  private static void measure(
      Built b,
      FaceSet faces,
      Recipe recipe,
      Map<String, Double> isolated,
      Map<String, Double> accumulated) {
    try (LayerErrors errors = new LayerErrors(b.plan(), b.quantization(), Facekit.VERSION);
        FaceLoader loader = new FaceLoader(faces, recipe.contract(), 1)) {
      for (Optional<FaceBatch> n = loader.next(1); n.isPresent(); n = loader.next(1)) {
        errors.add(n.get().input());
      }
      isolated.putAll(errors.isolatedDb());
      accumulated.putAll(errors.accumulatedDb());
    }
  }
}

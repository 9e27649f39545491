package io.facekit.quantize.job;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.ExitCode;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxSummary;
import io.facekit.core.tflite.TfliteSummary;
import io.facekit.core.torch.ModelKind;
import io.facekit.quantize.Progress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What a model file holds. */
final class InspectJob {
  private InspectJob() {}

  static InspectResult run(InspectRequest request, Progress progress) {
    ModelKind kind = ModelKind.detect(request.model());
    return switch (kind) {
      case ONNX -> onnx(request, kind, OnnxSummary.of(ArtifactFiles.bytes(request.model())));
      case TFLITE -> tflite(kind, request.model());
      default -> torch(request, kind, progress);
    };
  }

  /** A model with operators that have no lowering is described by them alone. */
  private static InspectResult torch(InspectRequest request, ModelKind kind, Progress progress) {
    SourceModel model;
    try {
      model = SourceModel.read(request.model(), request.inputSize());
    } catch (FacekitException e) {
      boolean unsupported = e.problems().stream().allMatch(p -> p.id() == ErrorId.TS_OPERATOR);
      if (!unsupported) {
        throw e;
      }
      return new InspectResult(
          kind.label(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          0,
          OptionalLong.empty(),
          List.of(),
          e.problems());
    }
    model.notes().forEach(progress::message);
    Map<String, Integer> ops = new TreeMap<>();
    model.graph().nodes().stream()
        .map(Node::op)
        .forEach(op -> ops.merge(op.type(), 1, Integer::sum));
    return new InspectResult(
        kind.label() + (model.half() ? ", float16 weights" : ""),
        Optional.empty(),
        model.architecture().map(InputFormats::describe),
        model
            .architecture()
            .flatMap(InputFormats::usual)
            .map(p -> p.sized(model.size().height(), model.size().width())),
        model.graph().inputs().stream().map(InspectJob::describe).toList(),
        model.graph().outputs().stream().map(InspectJob::describe).toList(),
        model.parameters(),
        OptionalLong.of(model.macs()),
        counts(ops),
        List.of());
  }

  /** An artifact of facekit is described as it is; another file also as a source of artifacts. */
  private static InspectResult onnx(InspectRequest request, ModelKind kind, OnnxSummary s) {
    OptionalLong macs = OptionalLong.empty();
    List<Problem> unsupported = List.of();
    if (!s.metadata().containsKey(ArtifactMetadata.VERSION)) {
      try {
        macs = OptionalLong.of(SourceModel.read(request.model(), request.inputSize()).macs());
      } catch (FacekitException e) {
        if (e.problems().stream().anyMatch(p -> p.id().exit() != ExitCode.MODEL)) {
          throw e;
        }
        unsupported = e.problems();
      }
    }
    return new InspectResult(
        kind.label() + ", opset " + s.opset(),
        Optional.of(s.producer()).filter(p -> !p.isEmpty()),
        Optional.empty(),
        ArtifactMetadata.preprocessing(s.metadata()),
        s.inputs(),
        s.outputs(),
        s.parameters(),
        macs,
        counts(s.typeCounts()),
        unsupported);
  }

  private static InspectResult tflite(ModelKind kind, Path file) {
    TfliteSummary s;
    try {
      s = TfliteSummary.of(ByteBuffer.wrap(ArtifactFiles.bytes(file)));
    } catch (FacekitException e) {
      throw ArtifactFiles.foreign(file, e);
    }
    return new InspectResult(
        kind.label(),
        Optional.empty(),
        Optional.empty(),
        ArtifactMetadata.preprocessing(s.metadata()),
        s.inputs(),
        s.outputs(),
        s.parameters(),
        OptionalLong.empty(),
        counts(s.operators()),
        List.of());
  }

  private static List<InspectResult.OpCount> counts(Map<String, Integer> ops) {
    return ops.entrySet().stream()
        .map(e -> new InspectResult.OpCount(e.getKey(), e.getValue()))
        .toList();
  }

  private static String describe(Value v) {
    return v.name() + " " + v.type();
  }
}

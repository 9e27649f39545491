package io.facekit.quantize.job;

import io.facekit.core.error.ExitCode;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.onnx.OnnxSummary;
import io.facekit.core.torch.ModelKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What an ONNX file holds, and what it would be as a source of artifacts. */
final class OnnxInspection {
  private OnnxInspection() {}

  static InspectResult of(InspectRequest request) {
    OnnxSummary s = OnnxSummary.of(ArtifactFiles.bytes(request.model()));
    @Nullable Graph graph = null;
    List<Problem> unsupported = List.of();
    try {
      graph = SourceModel.read(request.model(), request.inputSize()).graph();
    } catch (FacekitException e) {
      if (e.problems().stream().anyMatch(p -> p.id().exit() != ExitCode.MODEL)) {
        throw e;
      }
      // An artifact of facekit may be quantized, and nobody wants to export it.
      boolean artifact = s.metadata().containsKey(ArtifactMetadata.VERSION);
      unsupported = artifact ? List.of() : e.problems();
    }
    return new InspectResult(
        ModelKind.ONNX.label() + ", opset " + s.opset(),
        Optional.of(s.producer()).filter(p -> !p.isEmpty()),
        Optional.empty(),
        ArtifactMetadata.preprocessing(s.metadata()),
        s.inputs().isEmpty()
            ? Optional.empty()
            : Optional.of(new InspectResult.Batch(s.batch(), OptionalLong.empty())),
        s.inputs(),
        s.outputs(),
        s.nodes().size(),
        graph == null ? OnnxLayers.of(s) : GraphFacts.layers(graph),
        s.parameters(),
        s.weights(),
        graph == null ? OptionalLong.empty() : OptionalLong.of(GraphFacts.macs(graph)),
        GraphFacts.counts(s.typeCounts()),
        request.graph() && graph != null ? GraphFacts.lines(graph) : List.of(),
        List.of(),
        unsupported);
  }
}

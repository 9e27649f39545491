package io.facekit.quantize.job;

import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tflite.Delegate;
import io.facekit.core.tflite.DelegateLint;
import io.facekit.core.tflite.Delegation;
import io.facekit.core.tflite.TfliteLayer;
import io.facekit.core.tflite.TflitePrinter;
import io.facekit.core.tflite.TfliteSummary;
import io.facekit.core.tflite.TfliteVerifier;
import io.facekit.core.torch.ModelKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a TFLite file holds. */
final class TfliteInspection {
  private TfliteInspection() {}

  static InspectResult of(InspectRequest request) {
    Path file = request.model();
    ByteBuffer bytes = ByteBuffer.wrap(ArtifactFiles.bytes(file));
    List<Problem> problems = TfliteVerifier.verifyStructure(bytes);
    if (!problems.isEmpty()) {
      throw ArtifactFiles.foreign(file, new FacekitException(problems, null));
    }
    TfliteSummary s = TfliteSummary.of(bytes);
    return new InspectResult(
        ModelKind.TFLITE.label(),
        Optional.of(s.producer()).filter(p -> !p.isEmpty()),
        Optional.empty(),
        ArtifactMetadata.preprocessing(s.metadata()),
        s.inputs().isEmpty()
            ? Optional.empty()
            : Optional.of(new InspectResult.Batch(s.batch(), OptionalLong.empty())),
        s.inputs(),
        s.outputs(),
        s.operators().values().stream().mapToInt(Integer::intValue).sum(),
        s.layers().stream().map(TfliteInspection::layer).toList(),
        s.parameters(),
        s.weights(),
        s.layers().isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(s.layers().stream().mapToLong(TfliteLayer::macs).sum()),
        GraphFacts.counts(s.operators()),
        request.graph() ? TflitePrinter.print(bytes).lines().toList() : List.of(),
        delegations(bytes),
        List.of());
  }

  /** None for a file with operators or element types that are not known. */
  private static List<Delegation> delegations(ByteBuffer bytes) {
    return TfliteVerifier.verify(bytes).isEmpty()
        ? Arrays.stream(Delegate.values()).map(d -> DelegateLint.of(bytes, d)).toList()
        : List.of();
  }

  private static InspectResult.Layer layer(TfliteLayer l) {
    return new InspectResult.Layer(
        l.name(), l.operator(), Optional.of(l.output()), l.parameters(), OptionalLong.of(l.macs()));
  }
}

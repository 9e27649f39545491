package io.facekit.quantize.job;

import io.facekit.core.onnx.OnnxSummary;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The layers of an ONNX file that is no source of artifacts: their shapes are not known. */
final class OnnxLayers {
  private static final Set<String> WEIGHTED =
      Set.of(
          "Conv",
          "ConvTranspose",
          "Gemm",
          "MatMul",
          "ConvInteger",
          "MatMulInteger",
          "QLinearConv",
          "QLinearMatMul");

  private OnnxLayers() {}

  static List<InspectResult.Layer> of(OnnxSummary summary) {
    return summary.nodes().stream()
        .filter(n -> WEIGHTED.contains(n.type()) && n.parameters() > 0)
        .map(
            n ->
                new InspectResult.Layer(
                    n.name().isEmpty() ? n.outputs().get(0) : n.name(),
                    n.type(),
                    Optional.empty(),
                    n.parameters(),
                    OptionalLong.empty()))
        .toList();
  }
}

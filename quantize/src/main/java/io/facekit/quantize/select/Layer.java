package io.facekit.quantize.select;

import java.util.Set;

/**
 * What a selector sees of a node.
 *
 * @param name the PyTorch module path
 * @param opType spelled as in ONNX, for example {@code Conv}
 * @param depthwise a convolution in which every group has one input channel
 */
public record Layer(String name, String opType, boolean depthwise) {
  private static final Set<String> WEIGHTED = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

  /** Whether the layer is a convolution or a matrix product; {@code first:N} counts only these. */
  public boolean weighted() {
    return WEIGHTED.contains(opType);
  }
}

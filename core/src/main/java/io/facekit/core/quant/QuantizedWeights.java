package io.facekit.core.quant;

import io.facekit.core.tensor.TensorData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The integer weights of one node.
 *
 * @param codes int8 in [-127, 127], of the float weight's shape; zero point 0
 * @param scales one per output channel (axis 0)
 * @param bias int32 with scale input scale * weight scale, one per output channel; null if the node
 *     has no bias
 */
public record QuantizedWeights(TensorData codes, List<Float> scales, @Nullable TensorData bias) {
  /** The largest bias: half of the int32 range, so that the accumulator has room beside it. */
  public static final long MAX_BIAS = 1L << 30;

  public QuantizedWeights {
    scales = List.copyOf(scales);
  }

  /** The weights that the codes stand for. */
  public TensorData dequantized() {
    float[] w = codes.toFloats();
    int perChannel = w.length / scales.size();
    for (int i = 0; i < w.length; i++) {
      w[i] *= scales.get(i / perChannel);
    }
    return TensorData.of(w, codes.shape().at(1));
  }
}

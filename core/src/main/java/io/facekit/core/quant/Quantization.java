package io.facekit.core.quant;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the emitters need to know about precision, by name: the precision of each node,
 * the parameters of each value that an INT8 node produces or reads, and the integer weights of each
 * weighted node in INT8 or with INT8 weights.
 */
public record Quantization(
    Map<String, Precision> precisions,
    Map<String, QuantParams> activations,
    Map<String, QuantizedWeights> weights) {
  /** All nodes in float32. */
  public static final Quantization NONE = new Quantization(Map.of(), Map.of(), Map.of());

  public Quantization {
    precisions = Map.copyOf(precisions);
    activations = Map.copyOf(activations);
    weights = Map.copyOf(weights);
  }

  /** The precision of a node; FP32 if nothing was said. */
  public Precision precision(String node) {
    return precisions.getOrDefault(node, Precision.FP32);
  }

  public boolean isInt8(String node) {
    return precision(node) == Precision.INT8;
  }

  /** The parameters of a value that is quantized. */
  public QuantParams activation(String value) {
    @Nullable QuantParams p = activations.get(value);
    if (p == null) {
      throw new IllegalStateException("value '" + value + "' has no quantization parameters");
    }
    return p;
  }

  /** The same with other weights for some nodes. */
  public Quantization withWeights(Map<String, QuantizedWeights> others) {
    Map<String, QuantizedWeights> all = new HashMap<>(weights);
    all.putAll(others);
    return new Quantization(precisions, activations, all);
  }
}

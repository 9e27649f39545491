package io.facekit.core.convert;

import java.util.List;
import java.util.Map;

/**
 * How a graph is written as ONNX.
 *
 * @param opset 13 to 21
 * @param metadata entries of {@code metadata_props}
 * @param observed names of values that become outputs too, behind the model's own
 */
public record OnnxOptions(
    int opset, String producerVersion, Map<String, String> metadata, List<String> observed) {
  public static final int MIN_OPSET = 13;
  public static final int MAX_OPSET = 21;
  public static final int DEFAULT_OPSET = 17;

  public OnnxOptions {
    metadata = Map.copyOf(metadata);
    observed = List.copyOf(observed);
  }

  public static OnnxOptions of(String producerVersion) {
    return new OnnxOptions(DEFAULT_OPSET, producerVersion, Map.of(), List.of());
  }

  public OnnxOptions withObserved(List<String> values) {
    return new OnnxOptions(opset, producerVersion, metadata, values);
  }
}

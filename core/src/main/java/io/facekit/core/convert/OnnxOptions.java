package io.facekit.core.convert;

import io.facekit.core.quant.Target;
import java.util.List;
import java.util.Map;

/**
 * How a graph is written as ONNX.
 *
 * @param target whose spelling is used for what is not float32
 * @param opset 13 to 21
 * @param metadata entries of {@code metadata_props}
 * @param observed names of values that become outputs too, behind the model's own
 */
public record OnnxOptions(
    Target target,
    int opset,
    String producerVersion,
    Map<String, String> metadata,
    List<String> observed) {
  public static final int MIN_OPSET = 13;
  public static final int MAX_OPSET = 21;
  public static final int DEFAULT_OPSET = 17;

  public OnnxOptions {
    metadata = Map.copyOf(metadata);
    observed = List.copyOf(observed);
  }

  /** With the spelling of {@link Target#ONNX}. */
  public OnnxOptions(
      int opset, String producerVersion, Map<String, String> metadata, List<String> observed) {
    this(Target.ONNX, opset, producerVersion, metadata, observed);
  }

  public static OnnxOptions of(String producerVersion) {
    return new OnnxOptions(DEFAULT_OPSET, producerVersion, Map.of(), List.of());
  }

  public OnnxOptions withObserved(List<String> values) {
    return new OnnxOptions(target, opset, producerVersion, metadata, values);
  }
}

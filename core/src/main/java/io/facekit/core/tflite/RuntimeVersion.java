package io.facekit.core.tflite;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * The oldest TensorFlow Lite that knows a version of an operator, for the operators that are
 * written (TensorFlow Lite, tools/versioning/runtime_version.cc).
 */
record RuntimeVersion(int major, int minor) implements Comparable<RuntimeVersion> {
  private static final Comparator<RuntimeVersion> ORDER =
      Comparator.comparingInt(RuntimeVersion::major).thenComparingInt(RuntimeVersion::minor);

  /** By operator, for its versions from 1 on. */
  private static final Map<Integer, List<String>> SINCE =
      Map.ofEntries(
          Map.entry(BuiltinOperator.ABS, List.of("1.13")),
          Map.entry(BuiltinOperator.ADD, List.of("1.5", "1.14")),
          Map.entry(BuiltinOperator.AVERAGE_POOL_2D, List.of("1.5", "1.14")),
          Map.entry(BuiltinOperator.BATCH_MATMUL, List.of("2.3")),
          Map.entry(BuiltinOperator.CAST, List.of("1.5")),
          Map.entry(BuiltinOperator.CONCATENATION, List.of("1.5", "1.14")),
          Map.entry(BuiltinOperator.CONV_2D, List.of("1.5", "1.14", "1.14", "2.3", "2.4", "2.9")),
          Map.entry(
              BuiltinOperator.DEPTHWISE_CONV_2D,
              List.of("1.5", "1.12", "1.14", "2.2", "2.3", "2.3")),
          Map.entry(BuiltinOperator.DEQUANTIZE, List.of("1.13", "1.14", "1.15", "2.2", "2.7")),
          Map.entry(BuiltinOperator.DIV, List.of("1.6")),
          Map.entry(BuiltinOperator.ELU, List.of("1.14")),
          Map.entry(BuiltinOperator.EXP, List.of("1.7")),
          Map.entry(
              BuiltinOperator.FULLY_CONNECTED,
              List.of("1.5", "1.10", "1.14", "1.14", "2.0", "2.1")),
          Map.entry(BuiltinOperator.GATHER, List.of("1.6", "1.14")),
          Map.entry(BuiltinOperator.GELU, List.of("2.9")),
          Map.entry(BuiltinOperator.HARD_SWISH, List.of("1.15")),
          Map.entry(BuiltinOperator.L2_NORMALIZATION, List.of("1.5", "1.14")),
          Map.entry(BuiltinOperator.LEAKY_RELU, List.of("1.13", "2.3")),
          Map.entry(BuiltinOperator.LOGISTIC, List.of("1.14", "1.14")),
          Map.entry(BuiltinOperator.MAXIMUM, List.of("1.14", "1.14")),
          Map.entry(BuiltinOperator.MAX_POOL_2D, List.of("1.5", "1.14")),
          Map.entry(BuiltinOperator.MEAN, List.of("1.6", "1.14")),
          Map.entry(BuiltinOperator.MINIMUM, List.of("1.14", "1.14")),
          Map.entry(BuiltinOperator.MUL, List.of("1.5", "1.14", "1.15")),
          Map.entry(BuiltinOperator.NEG, List.of("1.9")),
          Map.entry(BuiltinOperator.PAD, List.of("1.5", "1.14")),
          Map.entry(BuiltinOperator.PADV2, List.of("1.9", "1.14")),
          Map.entry(BuiltinOperator.POW, List.of("1.10")),
          Map.entry(BuiltinOperator.PRELU, List.of("1.8")),
          Map.entry(BuiltinOperator.QUANTIZE, List.of("1.14", "1.15")),
          Map.entry(BuiltinOperator.REDUCE_MAX, List.of("1.11", "1.14")),
          Map.entry(BuiltinOperator.RELU, List.of("1.5", "2.1")),
          Map.entry(BuiltinOperator.RELU6, List.of("1.5", "1.14")),
          Map.entry(BuiltinOperator.RESHAPE, List.of("1.5")),
          Map.entry(BuiltinOperator.RESIZE_BILINEAR, List.of("1.7", "1.14", "2.2")),
          Map.entry(BuiltinOperator.RESIZE_NEAREST_NEIGHBOR, List.of("1.13", "1.14", "2.3")),
          Map.entry(BuiltinOperator.SLICE, List.of("1.14", "1.14", "1.14", "2.4", "2.5")),
          Map.entry(BuiltinOperator.SOFTMAX, List.of("1.5", "1.14")),
          Map.entry(BuiltinOperator.SQRT, List.of("1.10")),
          Map.entry(
              BuiltinOperator.STRIDED_SLICE, List.of("1.6", "1.14", "2.1", "2.2", "2.5", "2.6")),
          Map.entry(BuiltinOperator.SUB, List.of("1.6", "1.14", "2.3", "2.4", "2.4")),
          Map.entry(BuiltinOperator.SUM, List.of("1.10", "1.15")),
          Map.entry(BuiltinOperator.TANH, List.of("1.14", "1.14")),
          Map.entry(BuiltinOperator.TILE, List.of("1.10")),
          Map.entry(BuiltinOperator.TRANSPOSE, List.of("1.6", "1.14", "1.15", "2.3", "2.4")));

  /**
   * @throws IllegalArgumentException for an operator or a version that is never written
   */
  static RuntimeVersion of(TfliteBuilder.CodeSpec code) {
    List<String> since = SINCE.getOrDefault(code.builtin(), List.of());
    if (code.version() < 1 || code.version() > since.size()) {
      throw new IllegalArgumentException(
          BuiltinOperator.name(code.builtin()) + " version " + code.version());
    }
    String[] parts = since.get(code.version() - 1).split("\\.");
    return new RuntimeVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  @Override
  public int compareTo(RuntimeVersion other) {
    return ORDER.compare(this, other);
  }

  /** With three numbers, as releases are called. */
  @Override
  public String toString() {
    return major + "." + minor + ".0";
  }
}

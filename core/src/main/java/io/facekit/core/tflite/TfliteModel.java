package io.facekit.core.tflite;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What stands in a TFLite file, read with all bounds checked but not yet judged. */
record TfliteModel(
    FlatFile file,
    long version,
    String description,
    List<Code> codes,
    List<Graph> graphs,
    List<FlatTable.Span> buffers,
    List<Entry> metadata,
    List<Integer> olderMetadata,
    List<Signature> signatures) {

  TfliteModel {
    codes = List.copyOf(codes);
    graphs = List.copyOf(graphs);
    buffers = List.copyOf(buffers);
    metadata = List.copyOf(metadata);
    olderMetadata = List.copyOf(olderMetadata);
    signatures = List.copyOf(signatures);
  }

  /** An operator code: both spellings of the builtin operator, and its version. */
  record Code(int deprecated, int builtin, String custom, int version) {
    /** Older writers fill only the old field, newer ones both (schema.fbs, OperatorCode). */
    int operator() {
      return Math.max(deprecated, builtin);
    }
  }

  record Graph(
      String name,
      List<TensorInfo> tensors,
      List<Integer> inputs,
      List<Integer> outputs,
      List<Step> steps) {
    /** Empty for an input that an operator leaves out. */
    Optional<TensorInfo> tensor(int index) {
      return index < 0 || index >= tensors.size()
          ? Optional.empty()
          : Optional.of(tensors.get(index));
    }
  }

  record TensorInfo(
      String name,
      int type,
      List<Integer> shape,
      List<Integer> signature,
      long buffer,
      boolean variable,
      @Nullable Quantization quantization) {
    /** The shape, with -1 for a size that is free. */
    List<Integer> sizes() {
      return signature.isEmpty() ? shape : signature;
    }
  }

  /** Vectors as they stand in the file, unlike {@link TfliteBuilder.Quantization} unchecked. */
  record Quantization(List<Float> scales, List<Long> zeroPoints, int axis) {}

  /** One operator; {@code options} is null if it has none. */
  record Step(
      long code,
      List<Integer> inputs,
      List<Integer> outputs,
      int optionsType,
      @Nullable FlatTable options) {}

  record Entry(String name, long buffer) {}

  record Signature(String key, long graph, List<Name> inputs, List<Name> outputs) {}

  record Name(String name, long tensor) {}
}

package io.facekit.core.tflite;

import io.facekit.core.tensor.WeightTally;
import io.facekit.core.tflite.FlatTable.Span;
import io.facekit.core.tflite.TfliteModel.Entry;
import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Step;
import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.lite.schema.TensorType;

/**
 * What a TFLite file consists of.
 *
 * @param inputs name, type and shape of each; {@code ?} is the batch
 * @param outputs likewise
 * @param producer the file's description of itself
 * @param batch the first size of the first input, if it is fixed
 * @param layers the operators with weights
 * @param weights all constants but those that say how to compute, such as paddings and shapes:
 *     integers without a scale
 * @param operators how often each operator stands in it, by name with version if that is not 1
 * @param metadata the file's own entries that are short texts
 * @param constantBytes the bytes of the constants by element type; a shared buffer counts once
 */
public record TfliteSummary(
    String producer,
    List<String> inputs,
    List<String> outputs,
    OptionalLong batch,
    List<TfliteLayer> layers,
    List<WeightTally.Stored> weights,
    SortedMap<String, Integer> operators,
    SortedMap<String, String> metadata,
    SortedMap<String, Long> constantBytes) {
  private static final int MAX_TEXT_BYTES = 1 << 16;

  /** What stands for bytes that are no text. */
  private static final char REPLACEMENT = '\ufffd';

  public TfliteSummary {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    layers = List.copyOf(layers);
    weights = List.copyOf(weights);
    operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    constantBytes = Collections.unmodifiableSortedMap(new TreeMap<>(constantBytes));
  }

  /** Number of elements of all weights. */
  public long parameters() {
    return WeightTally.elements(weights);
  }

  /**
   * @param file from position to limit; not changed
   * @throws io.facekit.core.error.FacekitException VERIFY_FORMAT if the structure is damaged
   */
  public static TfliteSummary of(ByteBuffer file) {
    TfliteModel model = TfliteReader.read(file);
    SortedMap<String, Integer> operators = new TreeMap<>();
    SortedMap<String, Long> bytes = new TreeMap<>();
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    WeightTally weights = new WeightTally();
    BitSet counted = new BitSet();
    for (Graph graph : model.graphs()) {
      graph.inputs().forEach(i -> inputs.add(TflitePrinter.described(graph, i)));
      graph.outputs().forEach(i -> outputs.add(TflitePrinter.described(graph, i)));
      for (Step step : graph.steps()) {
        operators.merge(TflitePrinter.operator(model, step), 1, Integer::sum);
      }
      for (TensorInfo t : graph.tensors()) {
        if (t.buffer() < model.buffers().size() && !counted.get((int) t.buffer())) {
          counted.set((int) t.buffer());
          long length = model.buffers().get((int) t.buffer()).length();
          if (length > 0) {
            bytes.merge(TfliteTypes.name(t.type()), length, Long::sum);
            if (isParameter(t)) {
              long elements = length * Byte.SIZE / TfliteTypes.bits(t.type());
              weights.add(TfliteTypes.name(t.type()), elements, length);
            }
          }
        }
      }
    }
    return new TfliteSummary(
        model.description(),
        inputs,
        outputs,
        batch(model),
        TfliteLayer.of(model),
        weights.stored(),
        operators,
        metadata(model, file),
        bytes);
  }

  private static OptionalLong batch(TfliteModel model) {
    return model.graphs().stream()
        .filter(g -> !g.inputs().isEmpty())
        .limit(1)
        .map(g -> g.tensor(g.inputs().get(0)))
        .flatMap(Optional::stream)
        .map(TensorInfo::sizes)
        .filter(s -> !s.isEmpty() && s.get(0) > 0)
        .mapToLong(s -> s.get(0))
        .findFirst();
  }

  private static SortedMap<String, String> metadata(TfliteModel model, ByteBuffer file) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (Entry e : model.metadata()) {
      if (e.buffer() < model.buffers().size()) {
        Span span = model.buffers().get((int) e.buffer());
        if (span.length() <= MAX_TEXT_BYTES) {
          ByteBuffer bytes =
              file.slice(file.position() + Math.toIntExact(span.position()), span.length());
          String text = StandardCharsets.UTF_8.decode(bytes).toString().replaceFirst("\0+$", "");
          if (text.chars().noneMatch(c -> c == 0 || c == REPLACEMENT)) {
            texts.put(e.name(), text);
          }
        }
      }
    }
    return texts;
  }

  private static boolean isParameter(TensorInfo t) {
    boolean plainInteger =
        t.quantization() == null && (t.type() == TensorType.INT32 || t.type() == TensorType.INT64);
    return TfliteTypes.bits(t.type()) > 0 && !plainInteger;
  }
}

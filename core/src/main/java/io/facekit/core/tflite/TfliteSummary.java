package io.facekit.core.tflite;

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
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.lite.schema.TensorType;

/**
 * What a TFLite file consists of.
 *
 * @param inputs name, type and shape of each; {@code ?} is the batch
 * @param outputs likewise
 * @param parameters number of elements of all constants but those that say how to compute, such as
 *     paddings and shapes: integers without a scale
 * @param operators how often each operator stands in it, by name with version if that is not 1
 * @param metadata the file's own entries that are short texts
 * @param constantBytes the bytes of the constants by element type; a shared buffer counts once
 */
public record TfliteSummary(
    List<String> inputs,
    List<String> outputs,
    long parameters,
    SortedMap<String, Integer> operators,
    SortedMap<String, String> metadata,
    SortedMap<String, Long> constantBytes) {
  private static final int MAX_TEXT_BYTES = 1 << 16;

  public TfliteSummary {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    constantBytes = Collections.unmodifiableSortedMap(new TreeMap<>(constantBytes));
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
    long parameters = 0;
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
            parameters += isParameter(t) ? length * Byte.SIZE / TfliteTypes.bits(t.type()) : 0;
          }
        }
      }
    }
    return new TfliteSummary(inputs, outputs, parameters, operators, metadata(model, file), bytes);
  }

  private static SortedMap<String, String> metadata(TfliteModel model, ByteBuffer file) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (Entry e : model.metadata()) {
      if (e.buffer() < model.buffers().size()) {
        Span span = model.buffers().get((int) e.buffer());
        if (span.length() <= MAX_TEXT_BYTES) {
          ByteBuffer bytes =
              file.slice(file.position() + Math.toIntExact(span.position()), span.length());
          texts.put(e.name(), StandardCharsets.UTF_8.decode(bytes).toString());
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

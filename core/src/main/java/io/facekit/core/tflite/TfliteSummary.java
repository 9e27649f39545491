package io.facekit.core.tflite;

import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Step;
import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a TFLite file consists of.
 *
 * @param operators how often each operator stands in it, by name with version if that is not 1
 * @param constantBytes the bytes of the constants by element type; a shared buffer counts once
 */
public record TfliteSummary(
    SortedMap<String, Integer> operators, SortedMap<String, Long> constantBytes) {

  public TfliteSummary {
    operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
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
    BitSet counted = new BitSet();
    for (Graph graph : model.graphs()) {
      for (Step step : graph.steps()) {
        operators.merge(TflitePrinter.operator(model, step), 1, Integer::sum);
      }
      for (TensorInfo t : graph.tensors()) {
        if (t.buffer() < model.buffers().size() && !counted.get((int) t.buffer())) {
          counted.set((int) t.buffer());
          long length = model.buffers().get((int) t.buffer()).length();
          if (length > 0) {
            bytes.merge(TfliteTypes.name(t.type()), length, Long::sum);
          }
        }
      }
    }
    return new TfliteSummary(operators, bytes);
  }
}

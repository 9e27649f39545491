package io.facekit.core.torch;

import io.facekit.core.tensor.TensorData;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The named weights of a model, without the graph.
 *
 * @param file the file's name
 * @param path the keys that lead to it in a checkpoint ({@code state_dict}); empty at the root
 * @param tensors in the order of the file, which need not be the order of the graph; the names have
 *     lost the prefixes that all of them shared
 * @param notes what was left out on the way
 */
public record StateDict(
    String file, ModelKind kind, String path, Map<String, TensorData> tensors, List<String> notes) {
  public StateDict {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    notes = List.copyOf(notes);
  }
}

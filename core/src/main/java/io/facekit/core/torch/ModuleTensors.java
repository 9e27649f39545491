package io.facekit.core.torch;

import io.facekit.core.pickle.PickleValue;
import io.facekit.core.pickle.PickleValue.DictValue;
import io.facekit.core.pickle.PickleValue.ObjectValue;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The tensors of a module and of the modules in it, whether its code uses them or not. */
final class ModuleTensors {
  private static final int LONGEST_PATH = 500;

  private record Named(String path, PickleValue value) {}

  private ModuleTensors() {}

  /** By attribute path; a tensor or module that stands at several places counts once. */
  static Map<String, TensorData> of(ObjectValue root, TensorLoader loader) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    Set<PickleValue> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Named> queue = new ArrayDeque<>();
    queue.add(new Named("", root));
    while (!queue.isEmpty()) {
      Named next = queue.remove();
      if (!seen.add(next.value()) || next.path().length() > LONGEST_PATH) {
        continue;
      }
      if (next.value() instanceof TensorValue tensor) {
        tensors.put(next.path(), loader.load(tensor, next.path()));
      } else if (next.value() instanceof ObjectValue object
          && object.state() instanceof DictValue attributes) {
        for (Map.Entry<Object, PickleValue> e : attributes.items().entrySet()) {
          if (e.getKey() instanceof String name) {
            String path = next.path().isEmpty() ? name : next.path() + "." + name;
            queue.add(new Named(path, e.getValue()));
          }
        }
      }
    }
    return tensors;
  }
}

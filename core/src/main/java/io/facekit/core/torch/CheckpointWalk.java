package io.facekit.core.torch;

import io.facekit.core.pickle.PickleValue;
import io.facekit.core.pickle.PickleValue.DictValue;
import io.facekit.core.pickle.PickleValue.ObjectValue;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.pickle.Printable;
import io.facekit.core.pickle.Unpickler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks through a checkpoint for dictionaries of tensors, and checks every tensor on the way. */
final class CheckpointWalk {
  /**
   * A dictionary that has tensors under names.
   *
   * @param path the keys that lead to it, joined by dots
   */
  record Found(String path, Map<String, TensorValue> tensors) {}

  private record Named(String name, PickleValue value) {}

  private final List<Found> dictionaries = new ArrayList<>();

  private CheckpointWalk() {}

  /**
   * @throws io.facekit.core.error.FacekitException TENSOR_MALFORMED for a tensor that does not fit
   *     its storage, used or not
   */
  static CheckpointWalk of(PickleValue root, TensorLoader loader) {
    CheckpointWalk walk = new CheckpointWalk();
    Set<PickleValue> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Named> queue = new ArrayDeque<>();
    queue.add(new Named("", root));
    while (!queue.isEmpty()) {
      Named next = queue.remove();
      if (!seen.add(next.value())) {
        continue;
      }
      if (next.value() instanceof TensorValue tensor) {
        loader.check(tensor, next.name());
      } else if (next.value() instanceof DictValue dict) {
        walk.found(next.name(), dict);
        for (Map.Entry<Object, PickleValue> entry : dict.items().entrySet()) {
          String key = entry.getKey() instanceof String s ? s : "?";
          String prefix = next.name().isEmpty() ? key : next.name() + "." + key;
          queue.add(new Named(Printable.name(prefix), entry.getValue()));
        }
      } else if (next.value() instanceof ObjectValue object) {
        queue.add(new Named(next.name(), object.state()));
      } else {
        @Nullable List<PickleValue> items = Unpickler.items(next.value());
        if (items != null) {
          items.forEach(item -> queue.add(new Named(next.name(), item)));
        }
      }
    }
    return walk;
  }

  private void found(String path, DictValue dict) {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    for (Map.Entry<Object, PickleValue> entry : dict.items().entrySet()) {
      if (entry.getKey() instanceof String key && entry.getValue() instanceof TensorValue tensor) {
        tensors.put(key, tensor);
      }
    }
    if (!tensors.isEmpty()) {
      dictionaries.add(new Found(path, tensors));
    }
  }

  /** The dictionary with the most tensors; the first of several. */
  Optional<Found> largest() {
    @Nullable Found best = null;
    for (Found found : dictionaries) {
      if (best == null || found.tensors().size() > best.tensors().size()) {
        best = found;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Where the dictionaries are that are not the given one and not an optimizer's. */
  List<String> others(Found chosen) {
    return dictionaries.stream()
        .filter(f -> !f.path().equals(chosen.path()) && !f.path().contains("optim"))
        .map(f -> f.path().isEmpty() ? "the root" : f.path())
        .toList();
  }
}

package io.facekit.core.torch;

import io.facekit.core.pickle.PickleValue;
import io.facekit.core.pickle.PickleValue.DictValue;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.pickle.Unpickler;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sizes of the example inputs of a trace. Their contents are not in the file. */
final class TracedInputs {
  private TracedInputs() {}

  /** The example tensors of forward, or an empty list. */
  static List<Optional<TensorValue>> read(Archive archive) {
    if (!archive.has("traced_inputs.pkl")) {
      return List.of();
    }
    PickleValue value =
        Unpickler.read(archive.read("traced_inputs.pkl"), archive.at("traced_inputs.pkl"));
    @Nullable PickleValue forward = value instanceof DictValue d ? d.get("forward") : null;
    @Nullable List<PickleValue> items = forward == null ? null : Unpickler.items(forward);
    return items == null
        ? List.of()
        : items.stream()
            .map(
                i ->
                    i instanceof TensorValue t && t.sizes().stream().allMatch(s -> s >= 0)
                        ? Optional.of(t)
                        : Optional.<TensorValue>empty())
            .toList();
  }
}

package io.facekit.core.convert;

import io.facekit.core.ir.Value;
import io.facekit.core.torch.Call;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tensors of a program share their elements in PyTorch. A graph has no such thing: after a
 * write into one of them, the others hold what they held before, and must not be read.
 */
final class Aliases {
  private final Map<Bound.Tensor, Integer> storages = new HashMap<>();
  private final Set<Integer> weights = new HashSet<>();
  private final Set<Value> seen = new HashSet<>();
  private int copies;

  void add(Bound.Tensor input) {
    seen.add(input.value());
  }

  /** The same value for a tensor of its own: a write changes one of the two only. */
  Bound.Tensor copyOf(Bound.Tensor tensor) {
    copies++;
    return new Bound.Tensor(tensor.value(), copies);
  }

  /**
   * The result of a call, told apart from all tensors that are others to PyTorch.
   *
   * @param source the call's first argument, if it is a tensor
   * @param structural whether the call left no node
   */
  Bound.Tensor made(
      Call call, Optional<Bound.Tensor> source, boolean structural, Bound.Tensor result) {
    String op = TorchImporter.functional(call.op());
    boolean same = source.isPresent() && source.get().equals(result);
    boolean takesFromList = !op.startsWith("aten::") || op.equals("aten::__getitem__");
    if (takesFromList || (same && AtenAliases.isSame(op))) {
      return result;
    }
    boolean fresh = seen.add(result.value()) || (result.copy() != 0 && !same);
    Bound.Tensor made = fresh ? result : copyOf(result);
    if (source.isPresent() && (AtenAliases.isView(op) || (structural && same))) {
      share(source.get(), made);
    }
    return made;
  }

  private void share(Bound.Tensor base, Bound.Tensor view) {
    @Nullable Integer storage = storages.get(base);
    if (storage == null) {
      storage = storages.size();
      storages.put(base, storage);
    }
    if (base.value().isConstant()) {
      weights.add(storage);
    }
    storages.put(view, storage);
  }

  /** Whether a tensor is, or shows, a weight of the file. */
  boolean isWeight(Bound.Tensor tensor) {
    @Nullable Integer storage = storages.get(tensor);
    return tensor.value().isConstant() || (storage != null && weights.contains(storage));
  }

  /** Whether a write into one of two different tensors may change the other. */
  boolean overlap(Bound.Tensor a, Bound.Tensor b) {
    @Nullable Integer storage = storages.get(a);
    return storage != null && storage.equals(storages.get(b));
  }
}

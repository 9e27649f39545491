package io.facekit.core.convert;

import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import io.facekit.core.torch.Call;
import java.util.List;

/** What a name of the imported program stands for. */
sealed interface Bound {
  /**
   * @param copy tells apart the copies of a tensor that PyTorch makes and a graph does not need: a
   *     call that writes in place changes one of them only
   */
  record Tensor(Value value, int copy) implements Bound {
    Tensor(Value value) {
      this(value, 0);
    }
  }

  /** A tensor that may have changed when a call wrote into another one with the same elements. */
  record Stale(Tensor before, Call writer) implements Bound {}

  /** An integer that may be a size of the input. */
  record Size(Dim dim) implements Bound {}

  record Scalar(double value) implements Bound {}

  record Flag(boolean value) implements Bound {}

  record Text(String value) implements Bound {}

  record Items(List<Bound> items) implements Bound {
    public Items {
      items = List.copyOf(items);
    }
  }

  /** Python's None. */
  record Nothing() implements Bound {}
}

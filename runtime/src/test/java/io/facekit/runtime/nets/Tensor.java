package io.facekit.runtime.nets;

import io.facekit.core.torch.Arg;
import java.util.List;

/**
 * A value of a net that is being made.
 *
 * @param sizes without the batch: channels, height and width, or columns
 */
record Tensor(Arg.Ref ref, List<Integer> sizes) {
  Tensor {
    sizes = List.copyOf(sizes);
  }

  boolean isMap() {
    return sizes.size() == 3;
  }

  boolean isRows() {
    return sizes.size() == 1;
  }

  /** Number of channels or columns. */
  int channels() {
    return sizes.get(0);
  }

  int height() {
    return sizes.get(1);
  }

  int width() {
    return sizes.get(2);
  }

  int elements() {
    return sizes.stream().reduce(1, (a, b) -> a * b);
  }
}

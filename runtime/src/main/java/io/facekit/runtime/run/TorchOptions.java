package io.facekit.runtime.run;

import io.facekit.runtime.worker.ElementType;
import java.time.Duration;

/**
 * How the libtorch process is started.
 *
 * @param input element type of the model's input
 * @param heapMegabytes of its JVM; libtorch's own memory is not in it
 * @param startTimeout from the start until the model is loaded; the first start on a machine
 *     unpacks 430 MB
 * @param runTimeout of one batch
 */
public record TorchOptions(
    ElementType input, int heapMegabytes, Duration startTimeout, Duration runTimeout) {
  public static final TorchOptions DEFAULT =
      new TorchOptions(
          ElementType.OF_PARAMETERS, 512, Duration.ofMinutes(3), Duration.ofMinutes(2));

  public TorchOptions withInput(ElementType newInput) {
    return new TorchOptions(newInput, heapMegabytes, startTimeout, runTimeout);
  }
}

package io.facekit.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.tflite.Delegate;
import io.facekit.core.tflite.DelegateLint;
import io.facekit.core.tflite.Delegation;
import io.facekit.core.tflite.TflitePrinter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Holds what is foretold of XNNPACK against what it does. */
public final class Foretold {
  private Foretold() {}

  /** The runner itself, once its plan is what the file lets expect. */
  public static TfliteRunner checked(TfliteRunner runner, byte[] file) {
    Delegation d = DelegateLint.of(ByteBuffer.wrap(file), Delegate.XNNPACK);
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < d.verdicts().size(); i++) {
      if (!d.verdicts().get(i).isTaken()) {
        left.add(i);
      }
    }
    assertThat(left)
        .as("left by XNNPACK: %s%n%s", d.verdicts(), TflitePrinter.print(ByteBuffer.wrap(file)))
        .hasSameElementsAs(runner.leftOut());
    assertThat(d.steps()).as("%s", d.verdicts()).isEqualTo(runner.partitions());
    return runner;
  }
}

package io.facekit.core.tflite;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a delegate takes of a model.
 *
 * @param verdicts one per operator, in the order in which they run
 * @param steps what is left to execute: each partition of the delegate, and each operator that it
 *     leaves; 1 if it takes everything
 */
public record Delegation(Delegate delegate, List<Verdict> verdicts, int steps) {
  public Delegation {
    verdicts = List.copyOf(verdicts);
  }

  /**
   * One operator.
   *
   * @param operator with its version if that is not 1
   * @param output name of its first output
   * @param refusal the rule that keeps it from the delegate; null if it is taken
   */
  public record Verdict(String operator, String output, @Nullable String refusal) {
    public boolean isTaken() {
      return refusal == null;
    }
  }

  /** How many operators are taken. */
  public int taken() {
    return (int) verdicts.stream().filter(Verdict::isTaken).count();
  }

  /** How many pieces of the graph the delegate runs. */
  public int partitions() {
    return steps - (verdicts.size() - taken());
  }
}

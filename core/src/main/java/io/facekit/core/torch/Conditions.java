package io.facekit.core.torch;

import io.facekit.core.torch.Arg.Const;
import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.TorchValue.Batch;
import io.facekit.core.torch.TorchValue.Data;
import io.facekit.core.torch.TorchValue.Unknown;
import org.jspecify.annotations.Nullable;

/** Decides conditions. */
final class Conditions {
  private Conditions() {}

  /**
   * Whether a condition holds; null, and reported, if that cannot be said.
   *
   * @param what hangs on it: a branch, a loop
   */
  static @Nullable Boolean truth(
      TorchValue condition, String what, ProgramBuilder program, String at) {
    if (condition instanceof Data data) {
      if (data.arg() instanceof Ref || data.arg() instanceof Const) {
        program.undecided("a " + what + " on the values of a tensor", at);
        return null;
      }
      if (ScalarMath.isScalar(data.arg())) {
        return ScalarMath.truth(data.arg());
      }
    }
    if (condition instanceof Batch || condition == Unknown.OF_BATCH) {
      program.undecided("a " + what + " on the batch size", at);
    } else if (condition != Unknown.UNKNOWN) {
      program.unsupported("this condition of a " + what, at);
    }
    return null;
  }
}

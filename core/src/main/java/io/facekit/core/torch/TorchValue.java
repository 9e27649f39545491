package io.facekit.core.torch;

import io.facekit.core.pickle.PickleValue.ObjectValue;

/** What an expression stands for while a program is inlined. */
sealed interface TorchValue {
  /** A value that operators can take. */
  record Data(Arg arg) implements TorchValue {}

  /**
   * A module of the file.
   *
   * @param path from the root, dotted; empty for the root
   */
  record Module(ObjectValue object, String path) implements TorchValue {}

  /** The start of a dotted name that is not a variable: {@code torch.prelu}, {@code CONSTANTS}. */
  record Dotted(String name) implements TorchValue {}

  /** The result of something that was reported as a problem. */
  enum Unknown implements TorchValue {
    UNKNOWN
  }
}

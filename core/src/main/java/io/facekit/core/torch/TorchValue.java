package io.facekit.core.torch;

import io.facekit.core.pickle.PickleValue.ObjectValue;
import io.facekit.core.torch.Arg.ListArg;
import io.facekit.core.torch.Arg.TupleArg;
import java.util.List;
import java.util.Map;

/** What an expression stands for while a program is inlined. */
sealed interface TorchValue {
  /** A number, a string, None, or a tensor. Never a list or tuple: these are {@link Items}. */
  record Data(Arg arg) implements TorchValue {}

  /** The batch size times a factor. */
  record Batch(long factor) implements TorchValue {}

  /**
   * A list or tuple.
   *
   * @param items a list of the program is one object under all its names, and grows
   */
  record Items(boolean tuple, List<TorchValue> items) implements TorchValue {}

  /** A dictionary, in the order of insertion. */
  record Dictionary(Map<Arg, TorchValue> entries) implements TorchValue {}

  /**
   * A module of the file.
   *
   * @param path from the root, dotted; empty for the root
   */
  record Module(ObjectValue object, String path) implements TorchValue {}

  /** The start of a dotted name that is not a variable: {@code torch.prelu}, {@code CONSTANTS}. */
  record Dotted(String name) implements TorchValue {}

  /** A value that no decision can rest on, and no operator take. */
  enum Unknown implements TorchValue {
    /** The result of something that was reported as a problem. */
    UNKNOWN,
    /** A number that is another one for each batch size. */
    OF_BATCH,
    /** What a variable holds that no live path gives a value. */
    UNINITIALIZED
  }

  static TorchValue of(Arg arg) {
    if (arg instanceof ListArg list) {
      return new Items(false, list.items().stream().map(TorchValue::of).toList());
    }
    return arg instanceof TupleArg tuple
        ? new Items(true, tuple.items().stream().map(TorchValue::of).toList())
        : new Data(arg);
  }

  static TorchValue of(long number) {
    return new Data(new Arg.IntArg(number));
  }

  static TorchValue of(double number) {
    return new Data(new Arg.FloatArg(number));
  }

  static TorchValue of(boolean flag) {
    return new Data(new Arg.BoolArg(flag));
  }

  static TorchValue of(String text) {
    return new Data(new Arg.StrArg(text));
  }
}

package io.facekit.core.torch;

import io.facekit.core.tensor.TensorData;
import java.util.List;

/** An argument of a {@link Call}. */
public sealed interface Arg {
  /** A value that an input or an earlier call made. */
  record Ref(int id) implements Arg {}

  /**
   * A tensor of the file.
   *
   * @param name the attribute path ({@code conv1.conv.weight}) or {@code CONSTANTS.c0}
   */
  record Const(TensorData data, String name) implements Arg {}

  record IntArg(long value) implements Arg {}

  record FloatArg(double value) implements Arg {}

  record BoolArg(boolean value) implements Arg {}

  /** A string; also the name of a device. */
  record StrArg(String value) implements Arg {}

  record NoneArg() implements Arg {
    public static final NoneArg NONE = new NoneArg();
  }

  record ListArg(List<Arg> items) implements Arg {
    public ListArg {
      items = List.copyOf(items);
    }
  }

  record TupleArg(List<Arg> items) implements Arg {
    public TupleArg {
      items = List.copyOf(items);
    }
  }
}

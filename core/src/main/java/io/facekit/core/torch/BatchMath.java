package io.facekit.core.torch;

import io.facekit.core.torch.Arg.FloatArg;
import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.TorchValue.Batch;
import io.facekit.core.torch.TorchValue.Data;
import io.facekit.core.torch.TorchValue.Unknown;
import java.util.List;

/** Arithmetic on multiples of the batch size, which is any number from 1. */
final class BatchMath {
  private BatchMath() {}

  /**
   * The result of a function of scalars of which one at least is a {@link Batch} or {@link
   * Unknown#OF_BATCH}; the latter if it is not the same, or the same multiple, for every batch
   * size.
   *
   * @param op without its namespace
   */
  static TorchValue apply(String op, List<TorchValue> args) {
    if (args.size() == 1 && args.get(0) instanceof Batch batch) {
      return switch (op) {
        case "NumToTensor", "Int", "IntImplicit", "Scalar", "ScalarImplicit", "item", "abs" ->
            batch;
        case "Bool" -> TorchValue.of(batch.factor() > 0);
        case "__not__" -> TorchValue.of(batch.factor() == 0);
        default -> Unknown.OF_BATCH;
      };
    }
    if (args.size() != 2) {
      return Unknown.OF_BATCH;
    }
    TorchValue a = args.get(0);
    TorchValue b = args.get(1);
    if (a instanceof Batch x && b instanceof Batch y) {
      return both(op, x.factor(), y.factor());
    }
    if (a instanceof Batch x && b instanceof Data d) {
      return with(op, x.factor(), d.arg());
    }
    return b instanceof Batch y && a instanceof Data d
        ? with(mirrored(op), y.factor(), d.arg())
        : Unknown.OF_BATCH;
  }

  private static TorchValue both(String op, long a, long b) {
    return switch (op) {
      case "eq" -> TorchValue.of(a == b);
      case "ne" -> TorchValue.of(a != b);
      case "lt" -> TorchValue.of(a < b);
      case "le" -> TorchValue.of(a <= b);
      case "gt" -> TorchValue.of(a > b);
      case "ge" -> TorchValue.of(a >= b);
      case "add" -> new Batch(Math.addExact(a, b));
      case "min" -> new Batch(Math.min(a, b));
      case "max" -> new Batch(Math.max(a, b));
      case "floordiv", "floor_divide" ->
          b > 0 && a % b == 0 ? TorchValue.of(a / b) : Unknown.OF_BATCH;
      default -> Unknown.OF_BATCH;
    };
  }

  /** The name of the function with its operands exchanged; empty if there is none here. */
  private static String mirrored(String op) {
    return switch (op) {
      case "eq", "ne", "mul", "add" -> op;
      case "lt" -> "gt";
      case "le" -> "ge";
      case "gt" -> "lt";
      case "ge" -> "le";
      default -> "";
    };
  }

  private static TorchValue with(String op, long factor, Arg other) {
    if (!(other instanceof IntArg i)) {
      return other instanceof FloatArg || other instanceof Arg.BoolArg
          ? Unknown.OF_BATCH
          : ScalarMath.apply(op, List.of(new IntArg(factor), other))
              .map(TorchValue::of)
              .orElse(Unknown.OF_BATCH);
    }
    long n = i.value();
    boolean never = factor == 0 ? n != 0 : n < factor || n % factor != 0;
    return switch (op) {
      case "eq" -> never ? TorchValue.of(false) : Unknown.OF_BATCH;
      case "ne" -> never ? TorchValue.of(true) : Unknown.OF_BATCH;
      case "lt" -> n <= factor ? TorchValue.of(false) : Unknown.OF_BATCH;
      case "le" -> n < factor ? TorchValue.of(false) : Unknown.OF_BATCH;
      case "gt" -> n < factor ? TorchValue.of(true) : Unknown.OF_BATCH;
      case "ge" -> n <= factor ? TorchValue.of(true) : Unknown.OF_BATCH;
      case "add", "sub" -> n == 0 ? new Batch(factor) : Unknown.OF_BATCH;
      case "mul" -> n >= 0 ? new Batch(Math.multiplyExact(factor, n)) : Unknown.OF_BATCH;
      case "floordiv", "floor_divide" ->
          n > 0 && factor % n == 0 ? new Batch(factor / n) : Unknown.OF_BATCH;
      case "remainder" -> n > 0 && factor % n == 0 ? TorchValue.of(0) : Unknown.OF_BATCH;
      default -> Unknown.OF_BATCH;
    };
  }
}

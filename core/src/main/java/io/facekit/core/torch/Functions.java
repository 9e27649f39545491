package io.facekit.core.torch;

import io.facekit.core.torch.Arg.Const;
import io.facekit.core.torch.Arg.NoneArg;
import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.TorchValue.Batch;
import io.facekit.core.torch.TorchValue.Data;
import io.facekit.core.torch.TorchValue.Dictionary;
import io.facekit.core.torch.TorchValue.Items;
import io.facekit.core.torch.TorchValue.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** TorchScript's own functions of values that are known while a program is read. */
final class Functions {
  /** The names of all functions of known values. */
  static final Set<String> NAMES =
      Stream.of(
              ScalarMath.FUNCTIONS,
              ListMath.FUNCTIONS,
              TensorQuery.FUNCTIONS,
              Set.of("__is__", "__isnot__", "unchecked_unwrap_optional", "warn", "Print", "format"))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private Functions() {}

  /**
   * @param op without its namespace
   * @return empty if this is no such function: then it is an operator on tensors
   * @throws ArithmeticException for a result that does not fit, and a division by zero
   */
  static Optional<TorchValue> apply(String op, List<TorchValue> args, ProgramBuilder work) {
    if (args.isEmpty()) {
      return Optional.empty();
    }
    TorchValue first = args.get(0);
    switch (op) {
      case "__is__", "__isnot__" -> {
        return identity(op.equals("__is__"), args);
      }
      case "unchecked_unwrap_optional" -> {
        return isNone(first) ? Optional.empty() : Optional.of(first);
      }
      case "warn", "Print" -> {
        return Optional.of(TorchValue.of(NoneArg.NONE));
      }
      case "format" -> {
        return Optional.of(TorchValue.of(format(args)));
      }
      default -> {}
    }
    if (first instanceof Items items) {
      return ListMath.apply(op, items, args, work);
    }
    if (first instanceof Dictionary dictionary) {
      return DictionaryMath.apply(op, dictionary, args, work);
    }
    if (first instanceof Data d && d.arg() instanceof Arg.StrArg s && op.equals("len")) {
      return Optional.of(TorchValue.of(s.value().length()));
    }
    return args.stream().allMatch(Functions::isScalar) ? scalar(op, args) : Optional.empty();
  }

  /** Whether a value is a number or string that is known but for the batch size. */
  static boolean isScalar(TorchValue value) {
    return value instanceof Batch
        || value == Unknown.OF_BATCH
        || (value instanceof Data d && (ScalarMath.isScalar(d.arg()) || isNone(value)));
  }

  static boolean isNone(TorchValue value) {
    return value instanceof Data d && d.arg() instanceof NoneArg;
  }

  private static Optional<TorchValue> scalar(String op, List<TorchValue> args) {
    return args.stream().allMatch(Data.class::isInstance)
        ? ScalarMath.apply(op, args.stream().map(a -> ((Data) a).arg()).toList())
            .map(TorchValue::of)
        : Optional.of(op).filter(ScalarMath.FUNCTIONS::contains).map(o -> BatchMath.apply(o, args));
  }

  private static Optional<TorchValue> identity(boolean is, List<TorchValue> args) {
    if (args.size() != 2) {
      return Optional.empty();
    }
    boolean a = isNone(args.get(0));
    boolean b = isNone(args.get(1));
    return a || b ? Optional.of(TorchValue.of((a && b) == is)) : Optional.empty();
  }

  /** The text of a template with its braces filled in; for messages, so not in every detail. */
  private static String format(List<TorchValue> args) {
    StringBuilder out = new StringBuilder();
    String template = text(args.get(0));
    int next = 1;
    int at = 0;
    for (int brace = template.indexOf('{'); brace >= 0; brace = template.indexOf('{', at)) {
      out.append(template, at, brace);
      int end = template.indexOf('}', brace);
      at = end < 0 ? template.length() : end + 1;
      out.append(next < args.size() ? text(args.get(next)) : "");
      next++;
    }
    return ScalarMath.shortened(out.append(template.substring(at)).toString());
  }

  private static String text(TorchValue value) {
    if (value instanceof Data d) {
      return d.arg() instanceof Ref || d.arg() instanceof Const
          ? "a tensor"
          : ScalarMath.text(d.arg());
    }
    if (value instanceof Batch b) {
      return b.factor() == 1 ? "batch" : "batch*" + b.factor();
    }
    if (value instanceof Items list && list.items().size() < 20) {
      StringBuilder out = new StringBuilder("[");
      for (TorchValue item : list.items()) {
        out.append(out.length() > 1 ? ", " : "").append(item instanceof Items ? "..." : text(item));
      }
      return out.append(']').toString();
    }
    return "...";
  }
}
